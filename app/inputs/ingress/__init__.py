"""Forms of ingresses."""
