"""The one table of statuses and types: label, tone, meaning."""
