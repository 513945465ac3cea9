"""Jobs in the background that people start: their records, lists and changes; only with a store.

What a job does to one of its items is in `app.jobs`.
"""
