"""The store: SQLite or PostgreSQL, the same schema and the same code for both."""
