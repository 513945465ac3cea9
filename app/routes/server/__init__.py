"""The overview, the settings, the connection test and the search."""
