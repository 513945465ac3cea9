"""Sign-in at an OpenID provider (OpenID Connect Core 1.0): what it says, checked, and for whom."""
