"""Pass on what agents uploaded to another backend of OpenTelemetry, from a queue in the store."""
