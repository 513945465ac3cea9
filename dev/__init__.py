"""The local stack of `make run` and of the tests: LiveKit, Redis, real participants."""
