"""Room: worksheets."""
