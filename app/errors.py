"""Everything that can go wrong, each with a status, what happened and what to do.

The errors of the store and of live streams are elsewhere: store/errors.py, live/errors.py.

DashboardError           500
├── NotSignedIn          401  no credentials, or wrong ones
├── TooManyTries         429  sign-in is paused for this address or user
├── NotAllowed           403  the role, or READ_ONLY, does not permit it
│   ├── TokenRefused     403  the CSRF token is missing, expired, or somebody else's
│   └── OriginRefused    403  another site sent this form
├── TooSlow              408  the request body did not arrive in time
├── TooLarge             413  the request body exceeds the limit
├── NoSuchPage           404  no page has this address
├── BadQuery             422  a value in the address is not valid
├── NotFound             404  the thing asked for does not exist, or no longer
├── Conflict             409  it exists already, or its current state does not permit this
├── Invalid              422  a value is not accepted
└── LiveKitError         502  a call to LiveKit failed
    ├── LiveKitNotFound  404  LiveKit has no such room, participant, job, … (a NotFound)
    ├── LiveKitConflict  409  LiveKit's state does not permit it (a Conflict)
    ├── LiveKitInvalid   422  LiveKit rejected a value (an Invalid)
    ├── CallFailed       409  the phone call failed: busy, declined, no such number, …
    ├── RpcFailed        409  a participant's method returned an error
    ├── Unsupported      409  this server does not offer it
    ├── Refused          502  LiveKit rejected the API key or secret
    ├── BadAnswer        502  what responds is not a LiveKit server
    ├── NoWorker         503  LiveKit responds, but no worker took the job
    ├── Unavailable      503  LiveKit cannot be reached, or the connection broke
    └── TimedOut         504  LiveKit did not respond in time
"""


class DashboardError(Exception):
    """An error that ends a request with a page of its own; `reason` is shown to the user."""

    status = 500
    title = "Something went wrong"
    advice = "Details are in the dashboard's log under the request ID below."
    server_state = ""  # "unreachable", "unauthorized", or nothing about LiveKit

    def __init__(self, reason: str = "", *, advice: str = "") -> None:
        super().__init__(reason or self.title)
        self.reason = reason or self.title
        self.advice = advice or self.advice
        self.fields: dict[str, str] = {}
        self.context: dict[str, object] = {}  # for the template of the form that failed
        self.links: tuple[tuple[str, str], ...] = ()  # labels and places of pages that may help


class NotSignedIn(DashboardError):
    """No credentials, or wrong ones; `challenge` asks the client for the right kind (RFC 9110)."""

    status = 401
    title = "Sign in to see this page"
    advice = "Reload the page, and sign in to this dashboard."

    def __init__(self, reason: str = "", *, challenge: str) -> None:
        super().__init__(reason)
        self.challenge = challenge


class TooManyTries(DashboardError):
    """Sign-in is paused after too many failed tries; `seconds` until the next try."""

    status = 429
    title = "Too many failed sign-ins"

    def __init__(self, seconds: int) -> None:
        super().__init__("Sign-in is paused after too many failed tries.")
        self.advice = f"Wait {seconds} s, then sign in with the right password."
        self.seconds = seconds


class NotAllowed(DashboardError):
    """The signed-in user may not do this."""

    status = 403
    title = "You don't have permission to do this"
    advice = "Ask an administrator of this dashboard."


class TokenRefused(NotAllowed):
    """The form's CSRF token is missing, expired, or belongs to another session or user."""

    title = "This form has expired"
    advice = "Nothing was changed. Your input has been kept: review it and submit it again."


class OriginRefused(NotAllowed):
    """The browser says that another site sent this request."""

    title = "Blocked: cross-site request"
    advice = "Nothing was changed. To do this, open the dashboard itself."


class TooSlow(DashboardError):
    """The request body did not arrive within `seconds`."""

    status = 408
    title = "Request timed out"
    advice = "Nothing was changed. Try again; on a slow connection, send less."

    def __init__(self, seconds: float) -> None:
        super().__init__(f"The complete request did not arrive within {seconds:g} s.")


class TooLarge(DashboardError):
    """The request body exceeds the limit."""

    status = 413
    title = "Request too large"
    advice = "Send less. LiveKit itself accepts up to 512 KiB of metadata."


class NoSuchPage(DashboardError):
    """No route has this path."""

    status = 404
    title = "Page not found"
    advice = "Check the address, or start from the overview."


class BadQuery(DashboardError):
    """The address has a value that its page does not accept."""

    status = 422
    title = "Invalid address"
    advice = "Correct the address, or start again from the list."


class NotFound(DashboardError):
    """What was asked for does not exist, or no longer."""

    status = 404
    title = "Not found"
    advice = "It may have ended or been deleted. Return to the list for what's current."


class Conflict(DashboardError):
    """It exists already, or its current state does not permit this."""

    status = 409
    title = "That isn't possible right now"
    advice = "Check the current state and try again."


class Invalid(DashboardError):
    """A value is not accepted; `fields` has the reason for each field."""

    status = 422
    title = "Please correct the highlighted fields"
    advice = "Nothing was saved."

    def __init__(self, reason: str = "", *, fields: dict[str, str] | None = None) -> None:
        super().__init__(reason)
        self.fields = fields or {}


class LiveKitError(DashboardError):
    """A call to LiveKit failed; with `outcome_unknown`, LiveKit may have done it all the same."""

    status = 502
    title = "LiveKit returned an error"
    advice = "See the LiveKit server's log for details."
    outcome_unknown = False


class LiveKitNotFound(NotFound, LiveKitError):
    """LiveKit has no such room, participant, job, trunk, …, or no longer."""


class LiveKitConflict(Conflict, LiveKitError):
    """LiveKit's current state does not permit this."""


class LiveKitInvalid(Invalid, LiveKitError):
    """LiveKit rejected a value."""


class CallFailed(LiveKitError):
    """The provider or the remote party did not take the call; `code` is the SIP status."""

    status = 409
    title = "The call failed"

    def __init__(self, reason: str = "", *, advice: str = "", code: int = 0) -> None:
        super().__init__(reason, advice=advice)
        self.code = code


class RpcFailed(LiveKitError):
    """A participant's method returned an error with this `code`."""

    status = 409
    title = "The participant returned an error"

    def __init__(self, reason: str, *, code: int) -> None:
        super().__init__(reason)
        self.code = code


class Unsupported(LiveKitError):
    """This LiveKit server does not offer it."""

    status = 409
    title = "Not available on this LiveKit server"
    advice = "Change the server's configuration or version first."


class Refused(LiveKitError):
    """LiveKit rejected the dashboard's API key or secret."""

    title = "Unauthorized: LiveKit rejected the API key"
    server_state = "unauthorized"
    advice = "Check LIVEKIT_API_KEY and LIVEKIT_API_SECRET, and that both clocks agree."


class BadAnswer(LiveKitError):
    """Something responds at LIVEKIT_URL, but not as LiveKit does."""

    title = "This doesn't look like a LiveKit server"
    server_state = "unreachable"
    advice = "Check LIVEKIT_URL: it may point to a proxy or another service."


class NoWorker(LiveKitError):
    """LiveKit responds, but no worker took the job: egress, ingress and SIP have their own."""

    status = 503
    title = "No worker responded"
    advice = "Check that the worker is running and uses the same Redis as LiveKit."


class Unavailable(LiveKitError):
    """LiveKit cannot be reached at LIVEKIT_URL, or the connection broke."""

    status = 503
    title = "LiveKit is unreachable"
    server_state = "unreachable"
    advice = "Check that the LiveKit server is running and can be reached from the dashboard."


class TimedOut(LiveKitError):
    """LiveKit accepted the request but did not respond in time."""

    status = 504
    title = "LiveKit took too long to respond"
    server_state = "unreachable"
    advice = "It may be overloaded. Increase LIVEKIT_TIMEOUT only if your server is normally slow."
