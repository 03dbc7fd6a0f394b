"""Benchmarks: ratios against a reference that runs in turn. `python -m tests.bench`."""
