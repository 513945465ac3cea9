"""Sign-in with accounts: all that is there only with a store."""
