"""Files that are too large for the database: in a folder, or at a provider of object storage."""
