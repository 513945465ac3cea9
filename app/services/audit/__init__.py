"""The audit in the store: added to, read, verified and pruned; no row is ever changed."""
