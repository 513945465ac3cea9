"""/jobs: what runs in the background."""
