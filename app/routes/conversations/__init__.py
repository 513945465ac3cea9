"""Conversations that agents uploaded: their list, and a page for each."""
