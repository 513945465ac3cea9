"""Why an upload is not accepted."""

from app.errors import DashboardError, NotAllowed, NotSignedIn, TooLarge
from app.services.conversations.states import UploadRefusal
from app.storage.errors import StorageError
from app.store.errors import StoreError


class UploadNotSigned(NotSignedIn):
    """No key of this dashboard signed the upload's token, or it has expired."""

    title = "Upload refused"
    advice = "Start the agent with the API key and secret that this dashboard uses."

    def __init__(self, why: UploadRefusal, issuer: str = "") -> None:
        super().__init__(f"The upload was refused: {why.replace('_', ' ')}.", challenge="Bearer")
        self.why = why
        self.issuer = issuer


class UploadNotGranted(NotAllowed):
    """The token lacks the grant `observability.write`."""

    title = "Upload refused"
    advice = "Sign the token with the grant observability.write, as livekit-agents does."

    def __init__(self) -> None:
        super().__init__("The token has no grant to upload (observability.write).")


class UploadsSwitchedOff(NotSignedIn):
    """An administrator switched uploads off; an agent stops sending when it reads this text.

    Source: livekit-agents, telemetry/traces.py, `_UploadGate`.
    """

    title = "Uploads are switched off"
    advice = "An administrator of the dashboard can switch them on again."

    def __init__(self) -> None:
        super().__init__("Data recording is disabled for this server.", challenge="Bearer")


class UnreadableUpload(DashboardError):
    """The upload is not what its address takes."""

    status = 400
    title = "The upload can't be read"
    advice = "Nothing was stored. Send what livekit-agents sends, or OTLP over HTTP."


class UploadWithoutJob(UnreadableUpload):
    """The upload does not say whose it is."""


class UploadTooLarge(DashboardError):
    """The upload is larger than accepted, or holds more."""

    status = 413
    title = "The upload is too large"
    advice = "Nothing was stored. Send less at a time."


def reason_of(error: DashboardError, issuer: str) -> tuple[UploadRefusal | None, str]:
    """Return why an upload was refused, and the API key that its token names; None for others."""
    match error:
        case UploadNotSigned():
            return error.why, error.issuer
        case UploadNotGranted():
            return UploadRefusal.NO_GRANT, issuer
        case UploadsSwitchedOff():
            return UploadRefusal.SWITCHED_OFF, issuer
        case UploadWithoutJob():
            return UploadRefusal.NO_JOB, issuer
        case UnreadableUpload():
            return UploadRefusal.UNREADABLE, issuer
        case UploadTooLarge() | TooLarge():
            return UploadRefusal.TOO_LARGE, issuer
        case StoreError() | StorageError():
            return UploadRefusal.NOT_STORED, issuer
        case _:
            return None, issuer
