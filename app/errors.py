"""Everything that can go wrong, each with a status, what happened and what to do.

DashboardError
├── NotSignedIn        401  no or wrong credentials
├── TooManyTries       429  sign-ins from this address or for this user are paused
├── NotAllowed         403  the role, or READ_ONLY, does not permit it
│   ├── TokenRefused   403  the CSRF token is missing, old, or somebody else's
│   └── OriginRefused  403  another site sent this form
├── TooSlow            408  the body did not arrive whole in time
├── TooLarge           413  the body passes the limit
├── NoSuchPage         404  there is no such page here
├── BadQuery           422  the address has a value that cannot be
└── LiveKitError
    ├── NotFound       404  the room, participant or track is gone
    ├── Conflict       409  it exists already, or is in the wrong state for this
    ├── CallFailed     409  the phone call did not come about: busy, declined, no such number, …
    ├── RpcFailed      409  a participant's method answered with an error
    ├── Invalid        422  LiveKit, or a form's own check, does not accept a value
    ├── Unsupported    409  this server does not offer it
    ├── Refused        502  LiveKit does not accept the API key or secret
    ├── BadAnswer      502  what answers does not speak LiveKit
    ├── NoWorker       503  LiveKit answers, but no worker that would do it
    ├── Unavailable    503  nothing answers, or it broke off
    └── TimedOut       504  no answer in time
"""


class DashboardError(Exception):
    """Something that ends a request with a page of its own; `reason` is shown to the user."""

    status = 500
    title = "Something broke in the dashboard"
    advice = "Nothing more is known here; the log has the details under this request's id."

    def __init__(self, reason: str = "", *, advice: str = "") -> None:
        super().__init__(reason or self.title)
        self.reason = reason or self.title
        self.advice = advice or self.advice
        self.headers: dict[str, str] = {}
        self.fields: dict[str, str] = {}


class NotSignedIn(DashboardError):
    """No credentials, or wrong ones."""

    status = 401
    title = "Sign in to see this page"
    advice = "Reload the page and give the user name and password of this dashboard."

    def __init__(self, reason: str = "") -> None:
        super().__init__(reason)
        self.headers = {"WWW-Authenticate": 'Basic realm="LiveKit Dashboard", charset="UTF-8"'}


class TooManyTries(DashboardError):
    """Sign-ins are paused after too many wrong ones; `seconds` until the next try."""

    status = 429
    title = "Too many wrong passwords"

    def __init__(self, seconds: int) -> None:
        super().__init__("Sign-ins from here are paused after too many wrong ones.")
        self.advice = f"Wait {seconds} s, then try again with the right password."
        self.headers = {"Retry-After": str(seconds)}


class NotAllowed(DashboardError):
    """The signed-in user may not do this."""

    status = 403
    title = "You may not do this"
    advice = "Ask an administrator of this dashboard."


class TokenRefused(NotAllowed):
    """The form's CSRF token is missing, too old, or belongs to another session or user."""

    title = "This form is too old"
    advice = "Nothing was done. What you typed is kept: look at it and send it again."


class OriginRefused(NotAllowed):
    """The browser says that another site sent this request."""

    title = "Another site sent this request"
    advice = "Nothing was done. If you meant it, open the dashboard itself and do it there."


class TooSlow(DashboardError):
    """The request's body did not arrive whole within `seconds`."""

    status = 408
    title = "It did not arrive in time"
    advice = "Nothing was done. Send it again; over a slow connection, send less at once."

    def __init__(self, seconds: float) -> None:
        super().__init__(f"The request did not arrive whole within {seconds:g} s.")
        self.headers = {"Connection": "close"}  # whatever is still to come (RFC 9110, 15.5.9)


class TooLarge(DashboardError):
    """The request's body passes the limit."""

    status = 413
    title = "That is too much to send"
    advice = "Send less; LiveKit itself takes 512 KiB of metadata."


class NoSuchPage(DashboardError):
    """No route has this path."""

    status = 404
    title = "There is no such page"
    advice = "Check the address, or start from the overview."


class BadQuery(DashboardError):
    """The address asks for something that its page cannot give."""

    status = 422
    title = "The address has a wrong value"
    advice = "Correct the address, or start again from the list."


class LiveKitError(DashboardError):
    """A call to LiveKit failed."""

    status = 502
    title = "LiveKit answered with an error"
    advice = "The LiveKit server's own log says more."


class NotFound(LiveKitError):
    """What was asked for is not, or no longer, on the server."""

    status = 404
    title = "It is not there any more"
    advice = "It may have ended a moment ago. Go back to the list for what is there now."


class Conflict(LiveKitError):
    """It exists already, or is not in a state that permits this."""

    status = 409
    title = "That cannot be done now"
    advice = "Look at its present state, then try again."


class CallFailed(LiveKitError):
    """The provider or the other end did not take the call; `code` is the SIP status."""

    status = 409
    title = "The call did not come about"

    def __init__(self, reason: str = "", *, advice: str = "", code: int = 0) -> None:
        super().__init__(reason, advice=advice)
        self.code = code


class RpcFailed(LiveKitError):
    """A participant's method answered with an error of this `code`."""

    status = 409
    title = "The participant answered with an error"

    def __init__(self, reason: str = "", *, code: int = 0) -> None:
        super().__init__(reason)
        self.code = code


class Invalid(LiveKitError):
    """A value is not accepted; `fields` names each one with its reason."""

    status = 422
    title = "Something in the form is not right"
    advice = "Correct what is marked and send it again; nothing was done yet."

    def __init__(self, reason: str = "", *, fields: dict[str, str] | None = None) -> None:
        super().__init__(reason)
        self.fields = fields or {}


class Unsupported(LiveKitError):
    """This LiveKit server does not offer it."""

    status = 409
    title = "This LiveKit server does not offer that"
    advice = "Its configuration or version has to change first."


class Refused(LiveKitError):
    """LiveKit does not accept the dashboard's API key or secret."""

    title = "LiveKit refuses the dashboard's key"
    advice = "Check LIVEKIT_API_KEY and LIVEKIT_API_SECRET, and that both clocks are right."


class BadAnswer(LiveKitError):
    """Something answers at LIVEKIT_URL, but not as LiveKit does."""

    title = "What answers is not LiveKit"
    advice = "Check LIVEKIT_URL: a proxy or another service may stand there."


class NoWorker(LiveKitError):
    """LiveKit answers, but nobody who would do it: egress, ingress and SIP have their own."""

    status = 503
    title = "No worker answers"
    advice = "Check that the worker runs, and that it has the same Redis as LiveKit."


class Unavailable(LiveKitError):
    """Nothing answers at LIVEKIT_URL, or the connection broke."""

    status = 503
    title = "LiveKit does not answer"
    advice = "Check that the LiveKit server runs and can be reached from here."


class TimedOut(LiveKitError):
    """LiveKit accepted the request but did not answer in time."""

    status = 504
    title = "LiveKit does not answer in time"
    advice = "It may be overloaded or hang. Raise LIVEKIT_TIMEOUT only if it is known to be slow."
