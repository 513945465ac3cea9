"""What all of the JSON API shares: problems, cursors, bodies, and its description."""
