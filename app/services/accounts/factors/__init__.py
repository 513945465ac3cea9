"""Second factors of accounts: apps, recovery codes, passkeys."""
