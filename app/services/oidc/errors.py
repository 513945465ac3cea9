"""What can go wrong at an OpenID provider; nobody is signed in then.

ProviderError            502
├── ProviderUnreachable  503  it cannot be reached, or did not respond in time
├── BadProvider          502  what responds is not the provider, or breaks its protocol
└── TokenInvalid         502  its ID token is not valid for this dashboard
SignInRefused            403
├── SignInExpired        403  the sign-in was not begun in this browser, or is over
├── ProviderRefused      403  the provider returned an error in place of a code
├── NoRole               403  none of the person's claims has a role here
└── AccountDisabled      403  an administrator has disabled the account
"""

from app.errors import DashboardError, NotAllowed


class ProviderError(DashboardError):
    """The provider failed."""

    status = 502
    title = "The sign-in provider failed"
    advice = (
        "Try again. If it fails again, an administrator finds the reason in the provider's log."
    )


class ProviderUnreachable(ProviderError):
    """The provider cannot be reached, or did not respond in time."""

    status = 503
    title = "The sign-in provider is unreachable"
    advice = (
        "Try again in a moment. An administrator should check OIDC_ISSUER, and whether the "
        "dashboard's machine can reach it: `livekit-dashboard check` does."
    )


class BadProvider(ProviderError):
    """What responds is not the provider of OIDC_ISSUER, or breaks its protocol."""

    title = "The sign-in provider's response isn't valid"
    advice = "An administrator should compare OIDC_ISSUER and OIDC_CLIENT_ID with the provider."


class TokenInvalid(ProviderError):
    """The provider's ID token is not valid for this dashboard."""

    title = "The provider's ID token isn't valid"
    advice = "Nobody was signed in. Try again; if it fails again, tell an administrator."


class SignInRefused(NotAllowed):
    """The provider knows the person, or may, but that doesn't sign them in here."""

    title = "You couldn't be signed in"
    advice = "Ask an administrator of this dashboard."


class SignInExpired(SignInRefused):
    """The sign-in was not begun in this browser, was begun again since, or is over."""

    title = "This sign-in has expired"
    advice = "Nothing was changed. Sign in again, in one tab and within 10 minutes."


class ProviderRefused(SignInRefused):
    """The provider returned an error in place of a code."""

    title = "The provider didn't sign you in"
    advice = "Try again, or ask an administrator whether you may use this dashboard."


class NoRole(SignInRefused):
    """None of the person's claims has a role here, and there is no role for everybody."""

    title = "You have no role in this dashboard"
    advice = (
        "Ask an administrator for access. It is given at the provider, or by OIDC_ROLE_CLAIM, "
        "OIDC_ROLES and OIDC_DEFAULT_ROLE."
    )


class AccountDisabled(SignInRefused):
    """An administrator has disabled the account."""

    title = "Your account is disabled"
    advice = "Ask an administrator of this dashboard to enable it."
