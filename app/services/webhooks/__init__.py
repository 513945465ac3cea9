"""Webhooks: verified, and made as samples."""
