"""How what is published in one process reaches the others; its loss costs promptness only."""
