"""Benchmarks of the reading tools against other libraries: ``python benchmarks/run.py``."""
