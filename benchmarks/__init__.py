"""What the dashboard costs, measured on a real LiveKit server: `make bench`.

__main__ runs it, dashboard.py is the process under test, browser.py asks it, load.py measures it,
server.py is the LiveKit behind it, report.py holds the figures against their targets and writes
them down.

Two programs of their own: watching.py measures a room watched in the browser; soak.py lets many
browsers (pollers.py) poll for long while people, rooms (churn.py) and servers come and go, and
soak_report.py says which promises were kept.
"""
