"""The door: lets requests in to the application of the current release, and changes it.

A newer release is opened, checked and loaded beside the old one; then all new requests go to it.
Those that the old one has begun, it ends, and only then are its processes stopped. A release that
cannot be served changes nothing.
"""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from typing import TYPE_CHECKING

from gcmgraph.errors import GcmGraphError
from gcmgraph.serve.process.reloads import Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastapi import FastAPI
    from starlette.types import Receive, Scope, Send

    from gcmgraph.manifest import Manifest


class _Room:
    """An application, and how many requests are in it."""

    def __init__(self, app: FastAPI) -> None:
        self.app = app
        self._inside = 0
        self._empty = asyncio.Event()
        self._empty.set()
        self._stack = AsyncExitStack()

    @property
    def manifest(self) -> Manifest:
        manifest: Manifest = self.app.state.release.manifest
        return manifest

    async def open(self) -> None:
        """Make the application ready."""
        await self._stack.enter_async_context(self.app.router.lifespan_context(self.app))

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        self._inside += 1
        self._empty.clear()
        try:
            await self.app(scope, receive, send)
        finally:
            self._inside -= 1
            if not self._inside:
                self._empty.set()

    async def retire(self) -> None:
        """Wait until nobody is inside, then close."""
        await self._empty.wait()
        await self.close()

    async def close(self) -> None:
        """Stop the application, whoever is inside; a second time it does nothing."""
        await self._stack.aclose()


class Door:
    """An ASGI application that stands before those of the releases.

    ``open_app`` opens the release as it stands now, and is called anew for each reload; ``first``
    is what it returned the first time, or would have.
    """

    def __init__(self, open_app: Callable[[], FastAPI], first: FastAPI) -> None:
        self._open_app = open_app
        self._room = _Room(first)
        self._changing = asyncio.Lock()
        self._retiring: dict[asyncio.Task[None], _Room] = {}
        #: Why the first application could not start.
        self.failure: GcmGraphError | None = None

    @property
    def release(self) -> str:
        """The identity of the release that is served."""
        return self._room.manifest.identity

    @property
    def fingerprint(self) -> str:
        """What tells the release that is served from every other."""
        return self._room.manifest.fingerprint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or live as long as the server does."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            await self._room.answer(scope, receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        try:
            await self._room.open()
        except GcmGraphError as error:
            self.failure = error
            await send({"type": "lifespan.startup.failed", "message": str(error)})
            return
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def close(self) -> None:
        """Stop all that runs: whoever waits for an answer is told so; nobody can ask any more."""
        async with self._changing:
            retiring = dict(self._retiring)
            for task in retiring:
                task.cancel()
            await asyncio.gather(*retiring, return_exceptions=True)
            for room in (*retiring.values(), self._room):
                await room.close()

    async def reload(self) -> Outcome:
        """Take up the release as it stands now, unless it is the one that is served."""
        async with self._changing:
            return await self._change()

    async def _change(self) -> Outcome:
        try:
            room = _Room(await asyncio.to_thread(self._open_app))
            if room.manifest.fingerprint == self.fingerprint:
                return Outcome.same(self.release)
            await room.open()
        except Exception as error:
            return Outcome.refused(self.release, error)
        old, self._room = self._room, room
        task = asyncio.create_task(old.retire())
        self._retiring[task] = old
        task.add_done_callback(self._retiring.pop)
        return Outcome.taken(self.release)
