"""Room: chronology."""
