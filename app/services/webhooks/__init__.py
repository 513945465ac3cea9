"""Webhooks: verified and generated as samples."""
