"""Requests made at random from the server's own description of its routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import schemathesis
from hypothesis import HealthCheck, given, settings

from fuzz.response_checks import check

if TYPE_CHECKING:
    from schemathesis import Case, Response
    from schemathesis.schemas import APIOperation

some = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def as_httpx(response: Response) -> httpx.Response:
    """Return a response as our other tests have it; its content is decompressed already."""
    headers = [(k, v) for k, vs in response.headers.items() if k != "content-encoding" for v in vs]
    request = httpx.Request(response.request.method, response.request.url)
    return httpx.Response(
        response.status_code, headers=headers, content=response.content, request=request
    )


def ask(operation: APIOperation) -> None:
    """Ask one operation a few times, with what it says it takes, and with what it does not."""

    @some
    @given(case=operation.as_strategy())
    def ask_once(case: Case) -> None:
        check(as_httpx(case.call(timeout=20)))

    ask_once()


def test_every_operation(client: httpx.Client) -> None:
    schema = schemathesis.openapi.from_url(str(client.base_url.join("/openapi.json")))
    operations = [found.ok() for found in schema.get_all_operations()]
    assert {"GET /sparql", "POST /sparql"} <= {operation.label for operation in operations}
    for operation in operations:
        ask(operation)


def test_the_description_names_what_the_protocol_takes(client: httpx.Client) -> None:
    endpoint = client.get("/openapi.json").json()["paths"]["/sparql"]
    parameters = {parameter["name"] for parameter in endpoint["get"].get("parameters", [])}
    assert parameters >= {"query", "default-graph-uri", "named-graph-uri", "format"}
    content = set(endpoint["post"].get("requestBody", {}).get("content", {}))
    assert content == {"application/sparql-query", "application/x-www-form-urlencoded"}
