"""The guard of uploads: a token of LiveKit's SDKs, signed with a key of this dashboard."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import structlog
from starlette.middleware.body_limit import MAX_BODY_SIZE_SCOPE_KEY
from starlette.requests import ClientDisconnect, Request

from app.errors import DashboardError
from app.security import origin
from app.security.addresses import client_address
from app.security.body import BODY_SECONDS_SCOPE_KEY
from app.services.conversations.states import UploadRefusal
from app.services.conversations.uploads.errors import UnreadableUpload, reason_of
from app.services.conversations.uploads.signing import Uploader, uploader

log = structlog.get_logger("uploads")


class SignedUpload:
    """Admits only uploads whose token a key of this dashboard has signed; counts the others."""

    def __init__(self, largest: int, seconds: float) -> None:
        """`largest` is the most bytes of a body, which may take `seconds` to arrive."""
        self.largest = largest
        self.seconds = seconds

    async def __call__(self, request: Request) -> AsyncIterator[None]:
        """Put who uploads into the request's state. Raises UploadRefused, StoreError."""
        origin.check(request, request.app.state.settings)
        who: Uploader | None = None
        try:
            keys = request.app.state.webhook_keys
            who = uploader(keys, request.headers.get("authorization", ""))
            await request.app.state.uploads.admit(who)
            request.state.uploader = who
            request.scope[MAX_BODY_SIZE_SCOPE_KEY] = self.largest
            request.scope[BODY_SECONDS_SCOPE_KEY] = self.seconds
            yield
        except ClientDisconnect:  # the agent was killed, or its network broke
            _count(request, UploadRefusal.UNREADABLE, who.issuer if who else "")
            raise UnreadableUpload("The upload broke off.") from None
        except DashboardError as error:
            why, issuer = reason_of(error, who.issuer if who else "")
            if why is not None:
                _count(request, why, issuer)
            raise


def _count(request: Request, why: UploadRefusal, issuer: str) -> None:
    address = client_address(request)
    request.app.state.upload_refusals.add(why, issuer, address, datetime.now(UTC))
    log.warning("refused", why=str(why), issuer=issuer[:200], address=address)
