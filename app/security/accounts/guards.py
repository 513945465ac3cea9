"""Guards of people: what visitors do to sign in, and what people see and do of their own."""

from typing import Any

from fastapi import Depends
from starlette.requests import Request

from app.errors import NotAllowed
from app.security import canonical, csrf, origin
from app.security.audit import AuditEntry
from app.security.authentication import check_factor
from app.security.guards import NEEDS_SESSION, ActionGuard, DeclaredForm, Guard
from app.security.roles import Permission, User


class EntryGuard(ActionGuard):
    """A guard for what visitors do to sign in; only the outcome is written, with who it was."""

    is_attempted = False

    def __init__(self, action: str, form: DeclaredForm | None) -> None:
        super().__init__(action, Permission.SERVER_READ, form)

    async def begin(self, request: Request, entry: AuditEntry) -> None:
        """Check that the request is this browser's own. Raises OriginRefused or TokenRefused."""
        origin.check(request, request.app.state.settings)
        request.state.form_page = self.form
        await csrf.check(request, request.app.state.settings, None)


class OwnGuard(Guard):
    """Admits everybody with a session of their own, to what is about themselves only."""

    def __init__(self, *, enrolling: bool) -> None:
        super().__init__(Permission.SERVER_READ)
        self.enrolling = enrolling

    def admit(self, user: User, request: Request) -> None:
        """Raise NotAllowed without a session: a token is never good for its owner's account."""
        admit_own(user, request, enrolling=self.enrolling)


class OwnActionGuard(ActionGuard):
    """The same for actions; READ_ONLY and roles don't keep people from securing their account."""

    def __init__(self, action: str, form: DeclaredForm | None, *, enrolling: bool) -> None:
        super().__init__(action, Permission.SERVER_READ, form)
        self.enrolling = enrolling

    def admit(self, user: User, request: Request) -> None:
        """Raise NotAllowed without a session."""
        admit_own(user, request, enrolling=self.enrolling)


def admit_own(user: User, request: Request, *, enrolling: bool) -> None:
    """Check that a user has a session, the second factor and, last, the address.

    The pages for setting up the factor are `enrolling`. Raises NotAllowed, FactorRequired.
    """
    if user.session is None:
        raise NotAllowed(NEEDS_SESSION)
    if not enrolling:
        check_factor(user)
    canonical.check(request)


def enters(action: str, form: DeclaredForm | None = None) -> Any:
    """Declare that visitors do `action` to sign in."""
    return Depends(EntryGuard(action, form), scope="function")


def sees_own(*, enrolling: bool = False) -> Any:
    """Declare that a route shows people something about themselves.

    What is `enrolling` is open to those who have to set up a second factor first.
    """
    return Depends(OwnGuard(enrolling=enrolling))


def does_own(action: str, form: DeclaredForm | None = None, *, enrolling: bool = False) -> Any:
    """Declare that a route does `action` to the account or session of who asks.

    What is `enrolling` is open to those who have to set up a second factor first.
    """
    return Depends(OwnActionGuard(action, form, enrolling=enrolling), scope="function")
