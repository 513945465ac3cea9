"""What needs attention on the server, and what was checked for it."""
