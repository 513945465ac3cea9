"""Pages and actions of telephony."""
