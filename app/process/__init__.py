"""How the process runs: serving, connections, memory, diagnosis."""
