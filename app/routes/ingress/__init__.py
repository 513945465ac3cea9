"""Pages and actions of ingresses."""
