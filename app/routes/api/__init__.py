"""/api/v1: the JSON API; each operation calls the service of its page, behind the same guard."""
