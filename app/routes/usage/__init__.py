"""/usage: how much happened in a time, as charts, tables and files."""
