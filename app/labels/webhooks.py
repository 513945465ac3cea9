"""Labels of webhooks: why one was refused, and what came of a test event."""

from app.labels.label import Label, Labels
from app.services.webhooks.states import Delivery, Refusal

WEBHOOKS: Labels = {
    Refusal: {
        Refusal.NO_TOKEN: Label(
            "no token",
            "warn",
            "No Authorization header. LiveKit always sends one: a proxy removed it, or somebody "
            "else sent the request.",
        ),
        Refusal.MALFORMED: Label("not a token", "warn", "The Authorization header isn't a JWT."),
        Refusal.UNKNOWN_KEY: Label(
            "unknown API key",
            "bad",
            "Signed with a key that this dashboard doesn't have. Set webhook.api_key in "
            "livekit.yaml to the dashboard's key.",
        ),
        Refusal.WRONG_SIGNATURE: Label(
            "wrong secret",
            "bad",
            "Signed with another secret. LiveKit and the dashboard need the same secret for the "
            "key.",
        ),
        Refusal.EXPIRED: Label(
            "expired",
            "bad",
            "The token isn't valid now. Check the clocks of LiveKit and the dashboard.",
        ),
        Refusal.NO_HASH: Label(
            "no body hash", "warn", "The token isn't a webhook's: it doesn't sign a body."
        ),
        Refusal.WRONG_BODY: Label(
            "changed body", "bad", "A proxy changed the body, or it belongs to another request."
        ),
    },
    Delivery: {
        Delivery.RECEIVED: Label("received", "ok", "It was signed, sent, verified and received."),
        Delivery.ELSEWHERE: Label(
            "not found here",
            "warn",
            "The answer was 200, but the event didn't arrive here: the address leads to another "
            "dashboard, or to another process of this one.",
        ),
        Delivery.REFUSED: Label(
            "refused",
            "bad",
            "The address rejected the signature: it leads to a dashboard with another key or "
            "secret, or a proxy in front asks for a sign-in.",
        ),
        Delivery.REDIRECTED: Label(
            "redirected",
            "bad",
            "The address redirects. Use the address that it leads to.",
        ),
        Delivery.NOT_FOUND: Label(
            "wrong address",
            "bad",
            "There is nothing at this address. Check the path, and the base path if there is one.",
        ),
        Delivery.BUSY: Label(
            "not stored", "bad", "The dashboard couldn't write to its database. LiveKit retries."
        ),
        Delivery.TLS: Label(
            "not trusted",
            "bad",
            "The certificate wasn't accepted. LiveKit doesn't send to an address whose "
            "certificate it doesn't trust, and doesn't retry.",
        ),
        Delivery.UNREACHABLE: Label(
            "unreachable", "bad", "No connection to the address could be made."
        ),
        Delivery.TIMEOUT: Label("no answer", "bad", "The address didn't answer in time."),
        Delivery.OTHER: Label("odd answer", "bad", "The answer isn't that of this dashboard."),
    },
}
