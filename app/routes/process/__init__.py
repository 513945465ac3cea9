"""Health, metrics and signing out."""
