"""What `make` runs: sets the work tree up with nothing but Python's standard library."""
