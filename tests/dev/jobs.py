"""Helpers that start and follow egress jobs through LiveKit."""

from collections.abc import Callable
from typing import Any

import pytest
from livekit import api
from livekit.protocol import egress

from tests.support.waiting import until

START = {
    api.RoomCompositeEgressRequest: "start_room_composite_egress",
    api.WebEgressRequest: "start_web_egress",
    api.ParticipantEgressRequest: "start_participant_egress",
    api.TrackCompositeEgressRequest: "start_track_composite_egress",
    api.TrackEgressRequest: "start_track_egress",
    egress.StartEgressRequest: "start_egress",
}
FILE = api.EncodedFileOutput(filepath="recordings/{room_name}-{time}")


class Jobs:
    """Starts, stops and reads jobs on one server."""

    def __init__(self, livekit: Callable[..., Any]) -> None:
        self._ask = livekit

    def start(self, request: Any) -> str:
        """Start a job of any kind, and return its ID."""
        started = self._ask(f"egress.{START[type(request)]}", request)
        return str(started.egress_id)

    def record(self, room: str, **fields: Any) -> str:
        """Start recording a room to a file, or as given by the fields, and return the job's ID."""
        fields = fields or {"file_outputs": [FILE]}
        return self.start(api.RoomCompositeEgressRequest(room_name=room, **fields))

    def info(self, egress_id: str) -> api.EgressInfo:
        """Return LiveKit's information about a job."""
        request = api.ListEgressRequest(egress_id=egress_id)
        (info,) = self._ask("egress.list_egress", request).items
        assert isinstance(info, api.EgressInfo)
        return info

    def status(self, egress_id: str) -> str:
        """Return a job's status, such as ACTIVE."""
        return api.EgressStatus.Name(self.info(egress_id).status).removeprefix("EGRESS_")

    def becomes(self, egress_id: str, status: str) -> api.EgressInfo:
        """Wait for a status, and return LiveKit's information about the job."""
        until(lambda: self.status(egress_id) == status)
        return self.info(egress_id)

    def stop(self, egress_id: str) -> api.EgressInfo:
        """Stop a job, and return LiveKit's response."""
        stopped = self._ask("egress.stop_egress", api.StopEgressRequest(egress_id=egress_id))
        assert isinstance(stopped, api.EgressInfo)
        return stopped

    def stream(self, egress_id: str, add: str = "", remove: str = "") -> api.EgressInfo:
        """Add or remove a stream URL, and return LiveKit's response."""
        request = api.UpdateStreamRequest(
            egress_id=egress_id,
            add_output_urls=[add] if add else [],
            remove_output_urls=[remove] if remove else [],
        )
        changed = self._ask("egress.update_stream", request)
        assert isinstance(changed, api.EgressInfo)
        return changed

    def refusal(self, call: Callable[[], object]) -> tuple[str, str]:
        """Return code and message of the error that a call raises."""
        with pytest.raises(api.TwirpError) as caught:
            call()
        return caught.value.code, caught.value.message.removeprefix("twirp error unknown: ")
