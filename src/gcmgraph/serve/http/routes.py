"""Routes that answer HEAD where they answer GET (RFC 9110 §9.3.2), and that can be forgotten."""

from __future__ import annotations

import inspect
import weakref
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter

if TYPE_CHECKING:
    from collections.abc import Callable


class Routes(APIRouter):
    """The routes of a room; whoever wants them answered keeps them."""

    def __init__(self) -> None:
        super().__init__()
        self._endpoints: list[Callable[..., Any]] = []

    def add(
        self,
        path: str,
        endpoint: Callable[..., Any],
        *,
        described: bool = True,
        operation: dict[str, Any] | None = None,
    ) -> None:
        """Have ``endpoint`` answer at ``path``; ``described`` in the API's description, or not.

        ``operation`` is what that says besides (OpenAPI 3.1 §4.8.10).
        """
        # One route answers, so that “Allow” is whole; the other only describes it: GET alone.
        self.add_api_route(path, endpoint, methods=["GET", "HEAD"], include_in_schema=False)
        if described:
            self.add_api_route(path, endpoint, methods=["GET"], openapi_extra=operation)

    def add_api_route(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        """Add a route as FastAPI does, and keep the endpoint here alone."""
        self._endpoints.append(endpoint)
        super().add_api_route(path, _leading_to(endpoint), **options)


def _leading_to(endpoint: Callable[..., Any]) -> Callable[..., Any]:
    """Return what passes requests on to an endpoint without keeping it.

    FastAPI remembers thousands of endpoints that it has seen, and with them would remember each
    release that was ever served.
    """
    there = weakref.ref(endpoint)

    async def lead(*arguments: Any, **named: Any) -> Any:
        found = there()
        assert found is not None  # noqa: S101 - the routes keep it
        return await found(*arguments, **named)

    lead.__name__ = endpoint.__name__
    vars(lead)["__signature__"] = inspect.signature(endpoint, eval_str=True)
    return lead
