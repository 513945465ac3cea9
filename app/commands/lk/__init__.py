"""The `lk` command line: the command that does what a page does."""
