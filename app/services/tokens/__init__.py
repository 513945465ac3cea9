"""Access tokens: signed, decoded and checked."""
