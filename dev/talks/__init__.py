"""Conversations with a scripted agent: all is real but the models, which follow a story."""
