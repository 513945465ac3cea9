"""Pages of the participants of all rooms, and of one."""
