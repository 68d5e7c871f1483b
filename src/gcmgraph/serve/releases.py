"""The releases that are served: the current one, and those that somebody asks for by name.

A release is opened when it is asked for and closed when its last user has left: a request that has
begun ends with the release it began with. The current release is open always. Others, the kept
ones in the same folder, are open as long as there is room, the least used closed first.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple, Self, TypeAlias

from gcmgraph.engine.cache import CachedEngine
from gcmgraph.engine.pool import PoolEngine
from gcmgraph.errors import EngineBusyError, GcmGraphError, ReleaseError
from gcmgraph.manifest import FILE_NAME, Manifest
from gcmgraph.rdf import jsonld
from gcmgraph.serve.http.problems import BAD_REQUEST, RELEASE_GONE, ProblemError
from gcmgraph.serve.operations.engine_metrics import MeasuredEngine
from gcmgraph.serve.release import Release, read_manifest

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from gcmgraph.engine.protocol import Engine
    from gcmgraph.serve.operations.metrics import Metrics
    from gcmgraph.settings import Limits, Settings

OpenEngine: TypeAlias = "Callable[[Path, Manifest, Limits], Engine]"

#: How a release is named: the beginning of its identity.
_NAME: Final = re.compile(r"[0-9a-f]{12,64}")


class Outcome(NamedTuple):
    """What became of a reload: ``taken``, ``same`` or ``refused``, and a sentence."""

    name: str
    sentence: str

    @classmethod
    def taken(cls, release: str) -> Self:
        """Return that the release of this identity is served from now on."""
        return cls("taken", f"Release {release} is served now.")

    @classmethod
    def same(cls, release: str) -> Self:
        """Return that it is the one that was served before."""
        return cls("same", f"Release {release} is served already.")

    @classmethod
    def refused(cls, release: str, error: Exception) -> Self:
        """Return that ``error`` keeps the server at the release it has."""
        why = str(error) if isinstance(error, GcmGraphError) else repr(error)
        return cls("refused", f"{why} Release {release} is served as before.")


@dataclass(eq=False)
class _Opened:
    """An open release, and how many use it."""

    release: Release
    engine: Engine
    cache: CachedEngine
    users: int = 0
    idle: asyncio.Event = field(default_factory=asyncio.Event)

    async def stop(self) -> None:
        await self.release.engine.stop()


class Releases:
    """Opens, lends, changes and closes releases.

    ``metrics`` count what all of them do, ``open_engine`` returns what answers from a folder.
    """

    def __init__(
        self, settings: Settings, metrics: Metrics, open_engine: OpenEngine = PoolEngine
    ) -> None:
        self._settings = settings
        self._metrics = metrics
        self._open_engine = open_engine
        self._current: _Opened | None = None
        #: All that are open, by their fingerprints; the one that was used last stands last.
        self._open: dict[str, _Opened] = {}
        self._retiring: dict[asyncio.Task[None], _Opened] = {}
        self._changing = asyncio.Lock()
        metrics.observe(self)

    @property
    def current(self) -> Release:
        """The release that is served where no other is asked for."""
        assert self._current is not None  # noqa: S101 - nobody asks before the start
        return self._current.release

    @property
    def is_ready(self) -> bool:
        """Whether a query that is asked now can be answered."""
        return self._current is not None and self._current.release.engine.is_ready

    @property
    def engines(self) -> list[tuple[Engine, CachedEngine]]:
        """The engines of those that are open, each with its cache."""
        return [(opened.engine, opened.cache) for opened in self._opened]

    @property
    def _opened(self) -> list[_Opened]:
        """Those that are open now, with those that are about to be closed."""
        return [*self._open.values(), *self._retiring.values()]

    async def start(self) -> None:
        """Open the release of the settings.

        Raises:
            ReleaseError: where it is missing, torn, or made by another version.
            EngineError: where it cannot be loaded.

        """
        self._current = await self._start(self._settings.release)

    async def stop(self) -> None:
        """Close all, whoever uses them: they are told so; a second time it does nothing."""
        async with self._changing:
            opened = self._opened
            for task in list(self._retiring):
                task.cancel()
            await asyncio.gather(*self._retiring, return_exceptions=True)
            self._open.clear()
            for one in opened:
                await one.stop()

    async def reload(self) -> Outcome:
        """Take up the release of the settings as it stands now, unless it is the current one."""
        async with self._changing:
            before = self._current
            assert before is not None  # noqa: S101 - it was started
            identity = before.release.manifest.identity
            try:
                manifest = await asyncio.to_thread(Manifest.read, self._settings.release)
                if manifest.fingerprint == before.release.manifest.fingerprint:
                    return Outcome.same(identity)
                self._current = self._open.get(manifest.fingerprint) or await self._start(
                    self._settings.release
                )
            except Exception as error:
                return Outcome.refused(identity, error)
            self._retire(before)
            return Outcome.taken(self.current.manifest.identity)

    @contextlib.asynccontextmanager
    async def lend(self, name: str | None = None) -> AsyncIterator[Release]:
        """Lend the current release, or the one whose identity begins with ``name``.

        Raises:
            ProblemError: 400 where that is no name, 404 where no such release is kept.
            EngineBusyError: where too many are in use already.
            ReleaseError: where it is torn, or made by another version.

        """
        opened = await self._find(name) if name is not None else self._current
        assert opened is not None  # noqa: S101 - nobody asks before the start
        opened.users += 1
        opened.idle.clear()
        try:
            yield opened.release
        finally:
            opened.users -= 1
            if not opened.users:
                opened.idle.set()

    def kept(self) -> list[tuple[Path, Manifest]]:
        """Return the releases of this dataset in the folder of the current one, newest last."""
        folder, found = self.current.folder.parent, []
        for path in sorted(folder.glob(f"*/{FILE_NAME}")):
            # A folder that a build has not finished begins with a dot, and a link is no release.
            if path.parent.name.startswith(".") or path.parent.is_symlink():
                continue
            with contextlib.suppress(ReleaseError):
                manifest = Manifest.read(path.parent)
                if manifest.iri == self.current.manifest.iri:
                    found.append((path.parent, manifest))
        return sorted(found, key=lambda pair: (pair[1].issued, pair[0].name))

    async def _find(self, name: str) -> _Opened:
        if not _NAME.fullmatch(name):
            raise ProblemError(
                BAD_REQUEST, "A release is named by 12 to 64 hexadecimal digits in lower case."
            )
        if self._current and self.current.manifest.identity.startswith(name):
            return self._current
        async with self._changing:
            for fingerprint, opened in self._open.items():
                if opened.release.manifest.identity.startswith(name):
                    self._open[fingerprint] = self._open.pop(fingerprint)
                    return opened
            kept = await asyncio.to_thread(self.kept)
            for folder, manifest in reversed(kept):
                if manifest.identity.startswith(name):
                    await self._make_room(manifest)
                    return await self._start(folder)
        raise ProblemError(
            RELEASE_GONE,
            f"Release {name} is not kept here; there are "
            + ", ".join(f"{m.identity[:12]} ({m.version}, {m.issued})" for _, m in kept)
            + ".",
            asked=name,
            kept=[
                {"release": m.identity, "version": m.version, "issued": m.issued} for _, m in kept
            ],
        )

    async def _make_room(self, wanted: Manifest) -> None:
        """Close the release that nobody has used for longest, where there are too many."""
        others = [one for one in self._open.values() if one is not self._current]
        if 1 + len(others) < self._settings.releases_open:
            return
        for one in others:
            if not one.users:
                del self._open[one.release.manifest.fingerprint]
                await one.stop()
                return
        raise EngineBusyError(
            f"Release {wanted.identity[:12]} cannot be opened now: {self._settings.releases_open} "
            "are in use, which is the limit; ask again in a moment.",
            "releases_open",
        )

    async def _start(self, folder: Path) -> _Opened:
        # A link to the newest release may be turned while we serve; we stay with what we opened.
        folder = await asyncio.to_thread(folder.resolve)
        manifest = await asyncio.to_thread(read_manifest, folder)
        engine = self._open_engine(folder, manifest, self._settings)
        # Half of what may be kept are answers, half are documents made of them.
        half = self._settings.cache_bytes // 2
        cache = CachedEngine(engine, manifest.fingerprint, half)
        measured = MeasuredEngine(
            cache, manifest, self._metrics, with_text=self._settings.log_queries
        )
        await measured.start()
        release = Release(
            folder, manifest, measured, context=_context(folder, manifest), document_bytes=half
        )
        opened = _Opened(release, engine, cache)
        self._open[manifest.fingerprint] = opened
        return opened

    def _retire(self, opened: _Opened) -> None:
        """Close a release once nobody uses it any more."""

        async def retire() -> None:
            if opened.users:
                await opened.idle.wait()
            await opened.stop()

        self._open.pop(opened.release.manifest.fingerprint, None)
        task = asyncio.create_task(retire())
        self._retiring[task] = opened
        task.add_done_callback(lambda done: self._retiring.pop(done, None))


def _context(folder: Path, manifest: Manifest) -> jsonld.Context | None:
    """Return the terms in which a release's JSON-LD is written, where it has any."""
    if manifest.context is None:
        return None
    return jsonld.Context.read(json.loads((folder / jsonld.FILE_NAME).read_bytes()))
