"""Sending answers from the files in which they are kept."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

from starlette.responses import Response

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

    from gcmgraph.engine.protocol import Answer


class SpooledResponse(Response):
    """Sends an answer from where it is kept, and ``more`` behind it, and lets go of all.

    The format is that of the first; in it, one text behind the other must mean both.
    """

    def __init__(self, answer: Answer, headers: dict[str, str], *more: Answer) -> None:
        super().__init__(None, 200, headers, answer.format.content_type)
        self._answers = (answer, *more)
        self.headers["Content-Length"] = str(sum(each.size for each in self._answers))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answers."""
        del receive
        with ExitStack() as kept:
            for answer in self._answers:
                kept.enter_context(answer)
            await send(
                {
                    "type": "http.response.start",
                    "status": self.status_code,
                    "headers": self.raw_headers,
                }
            )
            if scope["method"] != "HEAD":
                for answer in self._answers:
                    async for chunk in answer.chunks():
                        await send({"type": "http.response.body", "body": chunk, "more_body": True})
            await send({"type": "http.response.body", "body": b""})
