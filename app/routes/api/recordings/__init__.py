"""The API's operations on recordings."""
