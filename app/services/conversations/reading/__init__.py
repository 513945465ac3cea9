"""Read what agents upload: traces, logs, metrics, and the history of a session."""
