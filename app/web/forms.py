"""The one form cycle: show, read, and on any failure show again with everything that was typed."""

import re
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Generic, TypeVar, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo
from starlette.requests import Request
from starlette.responses import Response

from app.errors import DashboardError, Invalid
from app.inputs.fields import Input, takes_file
from app.security import csrf, origin
from app.security.body import no_text, posted
from app.security.roles import User
from app.web.actions.returning import as_left, remembering
from app.web.context import RequestContext
from app.web.pages import page

Model = TypeVar("Model", bound=Input)
Context = dict[str, Any]
Loaded = tuple[Context, Context]  # what a form's page shows besides, and what is in its fields

MESSAGES = {
    "missing": "This field is required.",
    "string_too_short": "This field is required.",
    "string_too_long": "Use at most {max_length} characters.",
    "int_parsing": "Enter a whole number.",
    "int_parsing_size": "This number is too large.",
    "float_parsing": "Enter a number.",
    "finite_number": "Enter a number.",
    "bool_parsing": "Enter true or false.",
    "greater_than_equal": "Enter {ge} or more.",
    "less_than_equal": "Enter {le} or less.",
    "too_short": "Choose at least one.",
    "too_long": "Choose at most {max_length}.",
}
NO_TEXT = "This file isn't UTF-8 text."
CHOICE = re.compile("'([^']*)'")  # as pydantic writes each


@dataclass(frozen=True, slots=True)
class Form:
    """A form as its template shows it: what the fields hold, and what is wrong with them."""

    action: str
    csrf: str
    values: Mapping[str, str | list[str]]
    errors: Mapping[str, str] = field(default_factory=dict)
    error: DashboardError | None = None
    dashboard_name: str = ""  # named beside a button that destroys something
    as_left: Callable[[str], str] = str  # a place with the filter with which it was left

    def value(self, name: str) -> str:
        """Return the text in a field; empty for none."""
        value = self.values.get(name, "")
        return value if isinstance(value, str) else "\n".join(value)

    def has(self, name: str, option: str = "") -> bool:
        """Return whether a checkbox is ticked, or `option` is among the chosen ones."""
        value = self.values.get(name)
        return option in value if isinstance(value, list) else bool(value) and option in {"", value}


def new_form(
    request: Request,
    values: Mapping[str, str | list[str]],
    errors: Mapping[str, str] | None = None,
    error: DashboardError | None = None,
) -> Form:
    """Return the form of this page's address, with a fresh CSRF token."""
    name = RequestContext(request).settings.dashboard_name
    action = request.url.path + remembering(request)
    back = partial(as_left, request)
    return Form(action, token(request), values, errors or {}, error, name, back)


async def no_context(ctx: RequestContext) -> Loaded:
    """Load nothing: for a form that shows only what is typed into it."""
    return {}, {}


@dataclass(frozen=True, slots=True)
class FormPage(Generic[Model]):
    """A form with a page of its own.

    `load` gives what the template shows besides, and the initial values by field name.
    """

    template: str
    model: type[Model]
    load: Callable[[RequestContext], Awaitable[Loaded]] = no_context

    @property
    def files(self) -> int:
        """How many files the form takes."""
        return sum(map(takes_file, self.model.model_fields.values()))

    async def read_valid(self, request: Request) -> Model | None:
        """Return the submitted values, or None for a GET, or if any of them is not accepted."""
        if request.method in origin.SAFE:
            return None
        try:
            return await self.read(request)
        except Invalid:
            return None

    async def read(self, request: Request) -> Model:
        """Return the submitted values. Raises Invalid with the reason for each wrong field."""
        return await read(request, self.model)

    async def show(self, request: Request) -> Response:
        """Answer a GET with the form, filled with the present values."""
        context, initial = await self.load(RequestContext(request))
        defaults = {n: f.get_default(call_default_factory=True) for n, f in self._fields()}
        values = {n: shown(v) for n, v in (defaults | initial).items() if v is not None}
        form = new_form(request, values)
        return await page(request, self.template, live=False, form=form, **context)

    async def again(self, request: Request, error: DashboardError) -> Response:
        """Answer a failed POST with the form as it was sent, and with what is wrong.

        Raises what `load` raises; the caller then has the plain error page.
        """
        more: Context = dict(error.context)
        return await self._as_sent(request, error.status, error, **more)

    async def asks(self, request: Request, status: int = 200, **more: Any) -> Response:
        """Answer a POST with the form as it was sent, and `more` for its template to ask about."""
        return await self._as_sent(request, status, **more)

    async def turned(self, request: Request, values: Context) -> Response:
        """Answer a POST with the form as it was sent, but for `values`: in another view of it."""
        return await self._as_sent(request, 200, values=values)

    async def _as_sent(
        self,
        request: Request,
        status: int,
        error: DashboardError | None = None,
        values: Context | None = None,
        **more: Any,
    ) -> Response:
        context, _ = await self.load(RequestContext(request))
        given = {name: shown(value) for name, value in (values or {}).items()}
        stands = await typed(request, self.model) | given
        fields = error.fields if error else {}
        form = new_form(request, stands, fields, error)
        context |= more
        return await page(request, self.template, status=status, live=False, form=form, **context)

    def _fields(self) -> list[tuple[str, FieldInfo]]:
        return [(n, f) for n, f in self.model.model_fields.items() if not f.is_required()]


async def read(request: Request, model: type[Model]) -> Model:
    """Return the posted values. Raises Invalid with a readable reason for each wrong field."""
    values = await typed(request, model)
    broken = no_text(request) & values.keys()
    if broken:
        raise Invalid(fields=dict.fromkeys(broken, NO_TEXT))
    try:
        form = model.model_validate(_present(model, values))
    except ValidationError as error:
        fields = reasons(error.errors())
        raise Invalid(fields.pop("", ""), fields=fields) from None
    problems = dict(form.problems())
    if problems:
        raise Invalid(fields=problems)
    return form


async def typed(request: Request, model: type[BaseModel]) -> dict[str, str | list[str]]:
    """Return what stood in the model's fields, as text, with line breaks as one character.

    A form that only asks is sent by GET, in the address.
    """
    asks = request.method in origin.SAFE
    sent = request.query_params if asks else await posted(request)
    values: dict[str, str | list[str]] = {}
    for name, info in model.model_fields.items():
        texts = [text.replace("\r\n", "\n") for text in sent.getlist(name) if isinstance(text, str)]
        if _is_list(info):
            values[name] = texts
        elif texts:
            values[name] = texts[0]
    return values


def token(request: Request) -> str:
    """Return a fresh CSRF token for the signed-in user, or for a visitor who signs in."""
    user: User | None = getattr(request.state, "user", None)
    return csrf.make_token(request, request.app.state.settings, user.name if user else "")


def shown(value: Any) -> str | list[str]:
    """Return a model's value as the text of a form field."""
    if isinstance(value, bool):
        return "on" if value else ""
    if isinstance(value, list | tuple):
        return [str(item) for item in value]
    return str(value)


def reasons(errors: Iterable[Any], place: int = 0) -> dict[str, str]:
    """Return pydantic's complaints by field, in the words of this product.

    The field's name has this `place` in what each is about. A field that may be of several kinds
    has a complaint for each, whose choices make one list.
    """
    found: dict[str, list[Any]] = {}
    for error in errors:
        name = str(error["loc"][place]) if len(error["loc"]) > place else ""
        found.setdefault(name, []).append(error)
    return {name: _reason(about) for name, about in found.items()}


def _reason(errors: list[Any]) -> str:
    expected = [error.get("ctx", {}).get("expected", "") for error in errors]
    found = (choice for text in expected for choice in CHOICE.findall(text))
    choices = dict.fromkeys(filter(None, found))  # the empty one stands for no choice
    return f"Choose one of: {', '.join(choices)}." if choices else _message(errors[0])


def _message(error: Any) -> str:
    text = MESSAGES.get(error["type"])
    if text is None:
        return str(error["msg"]).removeprefix("Value error, ")
    return text.format(**error.get("ctx", {}))


def _present(model: type[BaseModel], values: dict[str, str | list[str]]) -> dict[str, Any]:
    """Leave out empty optional numbers and choices, so that their default holds."""
    present: dict[str, Any] = {}
    for name, info in model.model_fields.items():
        value = values.get(name, [] if _is_list(info) else None)
        if info.annotation is bool:
            present[name] = bool(value)
        elif value is not None and (value != "" or info.annotation is str or info.is_required()):
            present[name] = value
    return present


def _is_list(info: FieldInfo) -> bool:
    return get_origin(info.annotation) in {list, tuple}
