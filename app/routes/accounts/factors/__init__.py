"""Second factors: signing in with them, and setting them up at /account/second-factor."""
