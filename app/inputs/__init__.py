"""What the forms accept: one frozen model a form, checked before LiveKit is asked."""
