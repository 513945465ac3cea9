"""Pure functions on text; nothing here imports from the rest of the application."""
