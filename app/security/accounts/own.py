"""The account of the person who asks."""

from starlette.requests import Request

from app.errors import NotAllowed
from app.security.roles import User
from app.services.accounts import accounts
from app.services.accounts.accounts import Account


async def own_account(request: Request) -> Account:
    """Return the account of who is signed in. Raises NotAllowed for the emergency account."""
    user: User = request.state.user
    if user.account is None:
        raise NotAllowed(
            "The emergency account has no settings of its own.",
            advice="Its name and password are ADMIN_USERNAME and ADMIN_PASSWORD.",
        )
    return await accounts.by_id(request.app.state.store, user.account)
