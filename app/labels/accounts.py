"""Labels of accounts: how people sign in, what links are for, and who can sign in."""

from app.labels.label import Label, Labels
from app.services.accounts.states import AccountState, LinkKind, SignIn

ACCOUNTS: Labels = {
    AccountState: {
        AccountState.ACTIVE: Label("active", "ok", "Can sign in."),
        AccountState.INVITED: Label("invited", "", "Has not chosen a password yet."),
        AccountState.DISABLED: Label("disabled", "warn", "Can't sign in."),
    },
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
