"""Labels of accounts: how people sign in, and what links are for."""

from app.labels.label import Label, Labels
from app.services.accounts.states import LinkKind, SignIn

ACCOUNTS: Labels = {
    SignIn: {
        SignIn.PASSWORD: Label("password", "", "Signed in with name and password."),
        SignIn.PASSWORD_AND_CODE: Label(
            "password, code", "", "Signed in with a password and a code from an app."
        ),
        SignIn.PASSWORD_AND_PASSKEY: Label(
            "two factors", "", "Signed in with a password and a passkey."
        ),
        SignIn.PASSKEY: Label("passkey", "", "Signed in with a passkey alone."),
        SignIn.OIDC: Label("single sign-on", "", "Signed in at the OpenID provider."),
        SignIn.PROXY: Label("proxy", "", "Identified by a header of the proxy."),
        SignIn.LINK: Label("link", "", "Signed in with an invitation or a reset link."),
        SignIn.EMERGENCY: Label(
            "emergency", "warn", "Signed in with ADMIN_USERNAME and ADMIN_PASSWORD."
        ),
    },
    LinkKind: {
        LinkKind.INVITATION: Label("invitation", "", "Lets somebody choose a first password."),
        LinkKind.RESET: Label("reset", "", "Lets somebody choose a new password."),
    },
}
