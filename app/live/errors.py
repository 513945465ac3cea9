"""Why a stream of live updates isn't opened.

TooManyStreams       429  this user has as many as one may have
NoStreamLeft         503  the process has as many as it may have, or is shutting down
"""

from app.errors import DashboardError


class TooManyStreams(DashboardError):
    """The user has as many streams of live updates as one may have."""

    status = 429
    title = "Too many live streams"
    advice = "Close some tabs. Open pages still refresh at their interval."

    def __init__(self, most: int) -> None:
        super().__init__(f"This user has {most} streams of live updates open.")


class NoStreamLeft(DashboardError):
    """The process has as many streams of live updates as it may have, or is shutting down."""

    status = 503
    title = "No live stream is free"
    advice = "Open pages still refresh at their interval, and try again later."
