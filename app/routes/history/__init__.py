"""Sessions, participants and calls of the past; the pages answer while LiveKit hangs."""
