"""Room: questions."""
