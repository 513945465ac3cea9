"""LiveKit Dashboard: a stateless, server-side rendered dashboard for a LiveKit server."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("livekit-dashboard")
except PackageNotFoundError:  # run from a tree that was never installed
    __version__ = "0+unknown"
