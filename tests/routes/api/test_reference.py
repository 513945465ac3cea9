"""/api and /api/v1/openapi.json: the API, described for people and for programs."""

from collections.abc import Callable
from typing import Any

from app.routes.api.routers import operations
from app.security.roles import Permission
from app.web.api.description import described
from tests.routes.api.conftest import call, problem
from tests.support.dashboard import Dashboard
from tests.support.tokens import give_token
from tests.support.visitor import Visitor


def test_programs_get_openapi(root: Visitor, served: Dashboard) -> None:
    seen = call(root, "GET", "/openapi.json")
    document = seen.response.json()
    assert document["openapi"].startswith("3.1")
    assert document == described(operations(telephony=True), "")
    assert document["security"] == [{"token": []}, {"basic": []}]
    problem(call(served.visitor(username=None), "GET", "/openapi.json"), 401)


def test_it_knows_the_base_path_and_what_is_off(
    start_dashboard: Callable[..., Dashboard], served: Dashboard
) -> None:
    url = served.settings.stored_in
    below = start_dashboard(database_url=url, root_path="/lk", enable_sip=False)
    given = give_token(below)
    visitor = below.visitor(username=None)
    seen = visitor.get("/lk/api/v1/openapi.json", headers=given.bearer)
    document = seen.response.json()
    assert document["servers"] == [{"url": "/lk"}]
    assert not [path for path in document["paths"] if "/calls" in path]
    page = visitor.get("/lk/api", headers=given.bearer)
    assert f"{below.url}/lk/api/v1/rooms" in page.text


def test_every_operation_says_what_it_is_and_what_can_go_wrong(root: Visitor) -> None:
    document = call(root, "GET", "/openapi.json").response.json()
    operations: dict[str, Any] = {
        f"{method} {path}": operation
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    }
    assert len(operations) > 20
    for name, operation in operations.items():
        assert operation["description"].strip(), name
        assert Permission(operation["x-permission"]).writes == (not name.startswith("get")), name
        assert {"401", "403", "404", "422", "429", "503", "default"} <= set(operation["responses"])
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "path":
                assert parameter["description"], (name, parameter)
    ids = [operation["operationId"] for operation in operations.values()]
    assert len(set(ids)) == len(ids)
    for lists in (n for n, each in operations.items() if each["operationId"].startswith("list")):
        names = {parameter["name"] for parameter in operations[lists]["parameters"]}
        assert {"cursor", "limit"} <= names, lists


def test_people_get_a_page(root: Visitor, viewer: Visitor) -> None:
    document = call(root, "GET", "/openapi.json").response.json()
    page = viewer.get("/api")
    assert page.status == 200
    for path, methods in document["paths"].items():
        assert path in page.text
        for operation in methods.values():
            assert page.all("details", id=operation["operationId"])
    assert "curl" in page.text
    assert page.all("a", href="/api/v1/openapi.json")
    assert all(script["src"].startswith("/static/") for script in page.all("script"))
    assert page.all("a", href="/api", **{"aria-current": "page"})
