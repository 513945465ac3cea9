"""The LiveKit release that the dashboard is checked against.

Pages, comments and docstrings that say what livekit-server does mean this release.
"""

CHECKED_AGAINST = "1.13.5"
