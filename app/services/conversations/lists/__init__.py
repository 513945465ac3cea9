"""Lists of conversations: every filter, and the search for words in what was said."""
