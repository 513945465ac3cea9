"""The local stack for `make run` and the tests: LiveKit, Redis, real participants."""
