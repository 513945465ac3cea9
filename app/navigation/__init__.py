"""What leads to pages: the sidebar, actions, the search."""
