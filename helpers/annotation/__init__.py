"""Room: annotation."""
