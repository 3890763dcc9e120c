"""The figures of the reading tools beside those of other libraries: ``python benchmarks/run.py``."""
