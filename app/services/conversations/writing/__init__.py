"""Write what agents uploaded to the store, whatever comes first, twice, or late."""
