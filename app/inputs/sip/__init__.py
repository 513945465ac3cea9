"""Forms of telephony."""
