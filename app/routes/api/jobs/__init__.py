"""/api/v1/jobs: what runs in the background."""
