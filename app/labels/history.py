"""Labels of history: why participants left and rooms ended, and what became of calls."""

from app.labels.label import Label, Labels
from app.services.history.states import CallResult, LeaveReason, RoomEnd, Source

HISTORY: Labels = {
    LeaveReason: {
        LeaveReason.UNKNOWN: Label("not reported", "", "LiveKit reported no reason."),
        LeaveReason.CLIENT_INITIATED: Label(
            "left", "", "The client disconnected, or the caller hung up."
        ),
        LeaveReason.DUPLICATE_IDENTITY: Label(
            "replaced",
            "warn",
            "Another connection with the same identity joined, often after a fast reconnect.",
        ),
        LeaveReason.SERVER_SHUTDOWN: Label("server stopped", "warn", "LiveKit was shutting down."),
        LeaveReason.PARTICIPANT_REMOVED: Label(
            "removed", "warn", "Somebody removed the participant by LiveKit's API."
        ),
        LeaveReason.ROOM_DELETED: Label("room deleted", "", "Somebody deleted the room."),
        LeaveReason.STATE_MISMATCH: Label(
            "out of sync",
            "bad",
            "The client resumed with a state that the server didn't have, and had to reconnect.",
        ),
        LeaveReason.JOIN_FAILURE: Label("join failed", "bad", "The client could not join."),
        LeaveReason.MIGRATION: Label("moved", "", "LiveKit moved the connection to another node."),
        LeaveReason.SIGNAL_CLOSE: Label(
            "connection lost", "bad", "The signal connection closed and was not resumed."
        ),
        LeaveReason.ROOM_CLOSED: Label("room closed", "", "The room ended."),
        LeaveReason.USER_UNAVAILABLE: Label(
            "no answer", "warn", "The person who was called did not answer."
        ),
        LeaveReason.USER_REJECTED: Label(
            "rejected", "warn", "The person who was called rejected the call, or was busy."
        ),
        LeaveReason.SIP_TRUNK_FAILURE: Label(
            "trunk failed", "bad", "The SIP trunk or its provider failed."
        ),
        LeaveReason.CONNECTION_TIMEOUT: Label(
            "timed out", "bad", "The server stopped receiving from the client."
        ),
        LeaveReason.MEDIA_FAILURE: Label(
            "media failed", "bad", "The media connection failed, or no media was received."
        ),
        LeaveReason.AGENT_ERROR: Label("agent failed", "bad", "The agent ended with an error."),
    },
    RoomEnd: {
        RoomEnd.UNKNOWN: Label("not reported", "", "LiveKit reported no reason."),
        RoomEnd.API_DELETE: Label("deleted", "", "Somebody deleted the room."),
        RoomEnd.IDLE_TIMEOUT: Label(
            "timed out", "", "The room's empty or departure timeout ended it."
        ),
        RoomEnd.SERVER_SHUTDOWN: Label("server stopped", "warn", "LiveKit was shutting down."),
        RoomEnd.SUPERSEDED: Label(
            "superseded", "warn", "Another node took over the room under a new SID."
        ),
        RoomEnd.OPEN_FAILED: Label("failed to open", "bad", "LiveKit could not open the room."),
    },
    Source: {
        Source.UNKNOWN: Label("other", "", "A track whose source the client did not say."),
        Source.CAMERA: Label("camera", "", "Video of a camera."),
        Source.MICROPHONE: Label("microphone", "", "Sound of a microphone."),
        Source.SCREEN_SHARE: Label("screen share", "", "Video of a shared screen or window."),
        Source.SCREEN_SHARE_AUDIO: Label("screen audio", "", "Sound of a shared screen."),
    },
    CallResult: {
        CallResult.OPEN: Label("in progress", "ok", "The call has not ended."),
        CallResult.ANSWERED: Label("answered", "", "Both parties were connected."),
        CallResult.ENDED: Label(
            "ended", "", "The call ended; nothing reported whether it was answered."
        ),
        CallResult.REJECTED: Label("rejected", "warn", "The call was rejected, or it was busy."),
        CallResult.UNANSWERED: Label("no answer", "warn", "Nobody answered the call."),
        CallResult.FAILED: Label("failed", "bad", "The trunk, the provider or the media failed."),
    },
}
