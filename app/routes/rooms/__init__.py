"""Pages and actions of rooms and participants."""
