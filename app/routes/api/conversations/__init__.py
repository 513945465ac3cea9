"""The operations of conversations that agents uploaded."""
