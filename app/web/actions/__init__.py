"""Actions on many items, once they are confirmed."""
