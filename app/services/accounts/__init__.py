"""The people who sign in: their accounts, sessions, and what proves who they are."""
