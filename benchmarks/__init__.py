"""What the dashboard costs, measured on a real LiveKit server: `make bench`.

__main__ runs it, dashboard.py is the process under test, load.py measures it, server.py is the
LiveKit behind it, report.py holds the figures against their targets and writes them down.
"""
