"""Sending an answer from the file in which it is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from gcmgraph.engine.protocol import Answer


class SpooledResponse(Response):
    """Sends an answer from where it is kept, and lets go of it, whatever happens."""

    def __init__(self, answer: Answer, headers: dict[str, str]) -> None:
        super().__init__(None, 200, headers, answer.format.content_type)
        self.headers["Content-Length"] = str(answer.size)
        self._answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer."""
        del receive
        with self._answer as answer:
            await send(
                {
                    "type": "http.response.start",
                    "status": self.status_code,
                    "headers": self.raw_headers,
                }
            )
            if scope["method"] != "HEAD":
                async for chunk in answer.chunks():
                    await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
