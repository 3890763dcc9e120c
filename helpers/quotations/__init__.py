"""Room: quotations."""
