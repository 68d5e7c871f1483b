"""What holds for every response, whatever was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import httpx

#: The limits whose statuses are 5xx; nothing else may be.
LIMITS = {"query-timeout", "query-memory", "result-too-large", "busy"}


def check(response: httpx.Response) -> None:
    """Make sure that a response is an answer or a named problem, with what each carries."""
    assert response.headers["access-control-allow-origin"] == "*"
    assert len(response.headers["x-release"]) == 64
    if response.request.method == "HEAD":
        assert response.content == b""
    elif response.status_code >= 400:
        check_problem(response)
    # A HEAD has no body to say why, but asks no more than a GET does.
    assert response.status_code not in (500, 502)


def check_problem(response: httpx.Response) -> None:
    """Make sure that an error is a problem (RFC 9457) or its page, and no fault of the server."""
    media_type = response.headers["content-type"].partition(";")[0]
    if media_type == "text/html":
        assert "/problems/" in response.text
        return
    assert media_type == "application/problem+json"
    problem = response.json()
    assert {"type", "title", "status", "detail"} <= problem.keys()
    assert problem["status"] == response.status_code
    if response.status_code >= 500:
        assert problem["type"].removeprefix("/problems/") in LIMITS, problem
