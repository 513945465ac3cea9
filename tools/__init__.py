"""Setup steps that `make` runs; they use only Python's standard library."""
