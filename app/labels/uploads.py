"""Labels of what came of an upload that the dashboard sent to itself."""

from app.labels.label import Label, Labels
from app.services.conversations.states import UploadTest

UPLOADS: Labels = {
    UploadTest: {
        UploadTest.RECEIVED: Label(
            "received", "ok", "It was signed, sent, verified and stored, and is deleted again."
        ),
        UploadTest.ELSEWHERE: Label(
            "not found here",
            "warn",
            "The answer was 200, but nothing arrived here: the address leads to another dashboard.",
        ),
        UploadTest.SWITCHED_OFF: Label(
            "uploads off", "warn", "The address works, and uploads are switched off."
        ),
        UploadTest.REFUSED: Label(
            "refused",
            "bad",
            "The address rejected the signature: it leads to a dashboard with another key or "
            "secret, or a proxy in front asks for a sign-in.",
        ),
        UploadTest.REDIRECTED: Label(
            "redirected", "bad", "The address redirects. Use the address that it leads to."
        ),
        UploadTest.NOT_FOUND: Label(
            "wrong address",
            "bad",
            "There is nothing at this address. Check the path, and the base path if there is one.",
        ),
        UploadTest.BUSY: Label(
            "not stored", "bad", "The dashboard couldn't write to its database or its storage."
        ),
        UploadTest.TLS: Label("not trusted", "bad", "The certificate wasn't accepted."),
        UploadTest.UNREACHABLE: Label(
            "unreachable", "bad", "No connection to the address could be made."
        ),
        UploadTest.TIMEOUT: Label("no answer", "bad", "The address didn't answer in time."),
        UploadTest.OTHER: Label("odd answer", "bad", "The answer isn't that of this dashboard."),
    },
}
