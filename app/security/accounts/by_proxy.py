"""Sign-in by a proxy: TRUSTED_USER_HEADER has the name of an account, from TRUSTED_PROXIES only."""

from starlette.requests import Request

from app.config.settings import Settings
from app.errors import NotAllowed
from app.security.accounts import sessions
from app.security.accounts.sessions import KEY, BySession
from app.security.audit import Audit, AuditEntry
from app.security.roles import ROLES, User
from app.security.stored_audit import OncePerHour
from app.services.accounts import accounts, names
from app.services.accounts.accounts import Account, NameTaken
from app.services.accounts.names import folded
from app.services.accounts.states import SignIn
from app.services.accounts.tokens import PREFIX
from app.services.audit.states import Outcome
from app.services.oidc.people import is_own_role
from app.store.store import Store
from app.text.paths import LIVE

BY_PROXY = "proxy"  # in the session: it is good together with the header only


class ProxyRefused(NotAllowed):
    """The proxy names somebody who can't be signed in."""

    title = "The proxy's sign-in was rejected"
    advice = "Ask an administrator of this dashboard."


class ByProxy:
    """Identifies whom a trusted proxy names; the header is ignored if anybody else sends it.

    Such a session begins with the first request, ends when the proxy names somebody else, and
    isn't good without the header: signing out at the proxy is enough.
    """

    def __init__(self, settings: Settings, by_session: BySession) -> None:
        self._settings = settings
        self._by_session = by_session
        self._refused = OncePerHour()  # open pages try again

    async def identify(self, request: Request) -> User | None:
        """Return the user whom the proxy names; None without the header of a trusted proxy.

        Raises ProxyRefused if it can't be exactly one account that is enabled, and StoreError.
        """
        values = self._values(request)
        if not values:
            if request.session.get(BY_PROXY):
                request.session.pop(KEY, None)
            return None
        name = _name(values)
        user = await self._by_session.identify(request)
        if user and user.account is not None and folded(user.name) == folded(name):
            return user
        if request.url.path == LIVE:
            return None  # a stream ends with its session; the next poll begins another
        await self._begin(request, name)
        return await self._by_session.identify(request)

    def _values(self, request: Request) -> list[str]:
        header = self._settings.trusted_user_header
        if not header or not request.scope["state"].get("by_proxy"):
            return []
        scheme, _, value = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and value.strip().startswith(PREFIX):
            return []  # a program with a token of its own; its request must not begin a session
        return request.headers.getlist(header)

    async def _begin(self, request: Request, name: str) -> None:
        """Start a session, with one entry in the audit."""
        audit: Audit = request.app.state.audit
        entry = AuditEntry.of(request, "session.start", {})
        entry.note(method=SignIn.PROXY)
        try:
            account = await self._account(request, name, entry)
            entry.by(await sessions.begin(request, account, SignIn.PROXY))
        except ProxyRefused as error:
            if self._refused.is_new(name):
                await audit.write(entry, Outcome.REFUSED, error)
            raise
        request.session[BY_PROXY] = True
        await audit.write(entry, Outcome.DONE)

    async def _account(self, request: Request, name: str, entry: AuditEntry) -> Account:
        store: Store = request.app.state.store
        account = await accounts.by_name(store, name) or await self._new(store, name, entry)
        entry.user = account.name
        if account.disabled:
            raise ProxyRefused(f"The account {account.name} is disabled.")
        return account

    async def _new(self, store: Store, name: str, entry: AuditEntry) -> Account:
        """Create an account for a name that is new here, if there is a role for it."""
        role = self._settings.trusted_user_role
        if not role:
            raise ProxyRefused(
                f"The proxy names {name}, who has no account here.",
                advice="An administrator can add the account, or set TRUSTED_USER_ROLE.",
            )
        if role not in ROLES and not await is_own_role(store, role):
            raise ProxyRefused(f"The role {role} of TRUSTED_USER_ROLE doesn't exist.")
        if names.is_reserved(name, self._settings.admin_username):
            raise ProxyRefused(
                f"{name} is the name of the emergency account, or of a program. No proxy has it."
            )
        try:
            number = await accounts.create(store, name, role)
        except NameTaken:  # by another request of the same person
            found = await accounts.by_name(store, name)
            if found is None:
                raise
            return found
        entry.note(created=True)
        return await accounts.by_id(store, number)


def _name(values: list[str]) -> str:
    """Return the one name that the header has. Raises ProxyRefused."""
    if len(values) > 1:
        raise ProxyRefused(
            "The proxy's header with the user came more than once.",
            advice="The proxy must replace the header that a browser sends, not add another.",
        )
    try:
        name = values[0].encode("latin-1").decode()
    except UnicodeDecodeError:
        raise ProxyRefused("The proxy's header with the user isn't UTF-8.") from None
    if problem := names.problem(name):
        raise ProxyRefused(f"The proxy's header with the user can't be used: {problem}")
    return names.normal(name)
