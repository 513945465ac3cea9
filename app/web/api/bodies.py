"""JSON bodies: read after the guard, so that nobody without permission learns what is accepted."""

from typing import Any, TypeVar

from fastapi import Depends
from pydantic import BaseModel, ValidationError
from python_multipart.multipart import parse_options_header
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from app.errors import Invalid
from app.web.forms import reasons

Model = TypeVar("Model", bound=BaseModel)


def json_body(model: type[Model]) -> Any:
    """Return the dependency that reads the body as `model`, without conversions of types."""

    async def read(request: Request) -> Model:
        kind, options = parse_options_header(request.headers.get("content-type"))
        if kind != b"application/json" or options.get(b"charset", b"utf-8").lower() != b"utf-8":
            raise HTTPException(415, "Send the body as application/json, in UTF-8.")
        try:
            sent = await request.body()
        except ClientDisconnect:  # nobody waits for a response, and the fault is not ours
            raise HTTPException(400, "The body did not arrive completely.") from None
        try:
            return model.model_validate_json(sent, strict=True)
        except ValidationError as error:
            fields = reasons(error.errors())
            raise Invalid(fields.pop("", ""), fields=fields) from None

    return Depends(read)


def described(model: type[BaseModel]) -> dict[str, Any]:
    """Return what the description of an operation says of its body."""
    schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": schema}}}}
