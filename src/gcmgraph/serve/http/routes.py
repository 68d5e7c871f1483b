"""Routes that answer HEAD where they answer GET (RFC 9110 §9.3.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter

if TYPE_CHECKING:
    from collections.abc import Callable


#: A path that is read as it was sent, so that the framework does not know of it.
TAKES_PATH: Final = {
    "parameters": [{"name": "path", "in": "path", "required": True, "schema": {"type": "string"}}]
}


class Routes(APIRouter):
    """The routes of a module."""

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
