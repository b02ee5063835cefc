"""Measures speed and memory. Run by `./run bench`; prints JSON."""
