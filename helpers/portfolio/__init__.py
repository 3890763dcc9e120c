"""Room: portfolio."""
