"""What our connection takes from uvicorn's: a newer uvicorn that changes it fails here."""

import asyncio
import inspect
from collections import deque
from contextlib import closing

import pytest
import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.server import ServerState

from app.process.connections import LimitedConnection

OWN = [
    name
    for name, value in vars(LimitedConnection).items()
    if inspect.isfunction(value) and hasattr(HttpToolsProtocol, name)
]


@pytest.fixture
def config() -> uvicorn.Config:
    """uvicorn's configuration of an application that does nothing."""

    async def nothing(scope: object, receive: object, send: object) -> None:
        """Answer nothing."""

    return uvicorn.Config(nothing, log_config=None, http=LimitedConnection, ws="none")


def test_these_methods_are_overridden() -> None:
    assert sorted(OWN) == [
        "_unsupported_upgrade_warning",
        "connection_lost",
        "connection_made",
        "data_received",
        "on_body",
        "on_header",
        "on_headers_complete",
        "on_message_complete",
        "send_400_response",
        "shutdown",
    ]


@pytest.mark.parametrize("name", OWN)
def test_each_has_the_parameters_that_uvicorn_passes(name: str) -> None:
    own, base = (
        list(inspect.signature(getattr(kind, name)).parameters)
        for kind in (LimitedConnection, HttpToolsProtocol)
    )
    assert own == base


def test_uvicorn_keeps_what_is_used_here_under_these_names(config: uvicorn.Config) -> None:
    config.load()
    with closing(asyncio.new_event_loop()) as loop:
        connection = LimitedConnection(config, ServerState(), {}, loop)
    assert isinstance(connection.pipeline, deque)
    assert isinstance(connection.connections, set)
    assert vars(connection)["cycle"] is None
    assert callable(connection.parser.get_http_version)
    connection.on_message_begin()
    assert (connection.url, connection.headers) == (b"", [])
    source = inspect.getsource(RequestResponseCycle.__init__)
    assert "self.response_started = False" in source
    assert "self.response_complete = False" in source
    queued = inspect.getsource(HttpToolsProtocol.on_headers_complete)
    assert "self.pipeline.appendleft((self.cycle, app))" in queued
    assert "self.send_400_response(msg)" in inspect.getsource(HttpToolsProtocol.data_received)
