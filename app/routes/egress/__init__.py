"""Pages and actions of egress."""
