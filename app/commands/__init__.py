"""Commands to paste into a shell, and programs to copy."""
