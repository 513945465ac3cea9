"""What runs in the background: durable jobs and their schedules, once in the whole fleet.

DBOS keeps the jobs in the store; only with a store.
"""
