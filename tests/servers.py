"""Runs an application with its lifespan, and asks it, without a network."""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx

if TYPE_CHECKING:
    from collections.abc import Iterator

    from fastapi import FastAPI


class Client:
    """Asks an application in a thread of its own, which runs the application's event loop."""

    def __init__(self, app: FastAPI, loop: asyncio.AbstractEventLoop) -> None:
        self.app = app
        self._loop = loop
        self._client = httpx.AsyncClient(
            transport=httpx.ASGITransport(app, raise_app_exceptions=False),
            base_url="http://park.test",
        )

    def forget(self) -> None:
        """Have what was read once of the release read again."""
        self.app.state.releases.current._known.clear()

    def request(self, method: str, url: str, **arguments: object) -> httpx.Response:
        asked = self._client.request(method, url, **arguments)
        return asyncio.run_coroutine_threadsafe(asked, self._loop).result(60)

    def get(self, url: str, accept: str = "*/*", **arguments: object) -> httpx.Response:
        headers = {"Accept": accept, **arguments.pop("headers", {})}
        return self.request("GET", url, headers=headers, **arguments)

    def post(self, url: str, **arguments: object) -> httpx.Response:
        return self.request("POST", url, **arguments)


@contextmanager
def serving(app: FastAPI) -> Iterator[Client]:
    """Run an application with its lifespan."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()
    started: Future[None] = Future()
    ended = asyncio.Event()

    async def life() -> None:
        async with app.router.lifespan_context(app):
            started.set_result(None)
            await ended.wait()

    lived = asyncio.run_coroutine_threadsafe(life(), loop)
    lived.add_done_callback(
        lambda done: started.set_exception(done.exception()) if not started.done() else None
    )
    try:
        started.result(30)
        yield Client(app, loop)
        loop.call_soon_threadsafe(ended.set)
        lived.result(30)
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
