"""Benchmarks of the dashboard on a real LiveKit server: `make bench`.

__main__ runs them. dashboard.py is the process under test, browser.py sends requests to it, load.py
measures it, server.py is its LiveKit server, and report.py compares the results with their targets
and writes them to docs/benchmarks.md.

Two benchmarks run separately: watching.py measures watching a room in the browser. In soak.py, many
browsers (pollers.py) poll for ten minutes while participants, rooms (churn.py) and servers come and
go; soak_report.py checks the result.
"""
