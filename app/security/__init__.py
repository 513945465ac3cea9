"""Guards, sign-in, sessions, CSRF, headers and limits."""
