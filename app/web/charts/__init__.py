"""Charts: drawn by the server as SVG, with a table of the same figures."""
