"""What an engine is: it takes a query and gives a whole answer, or an error.

The dataset parameters are those of the SPARQL 1.1 Protocol §2.1.4.
"""

from __future__ import annotations

import asyncio
import os
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

from gcmgraph.rdf.query_scan import QueryFacts, scan, unread

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from types import TracebackType
    from typing import BinaryIO, Self

    from gcmgraph.engine.description import Description, DescriptionRequest
    from gcmgraph.rdf.formats import Format

_CHUNK: Final = 1 << 18

#: Characters of a text that takes a few milliseconds to read.
_LONG: Final = 1 << 13
_READER: Final = ThreadPoolExecutor(1, "reader")


@dataclass(frozen=True)
class Query:
    """A query, its dataset, and the format of its answer.

    ``format`` is a results format for SELECT and ASK and a triples format for CONSTRUCT and
    DESCRIBE. Where ``default_graphs`` or ``named_graphs`` is given, the two together replace the
    dataset that the text names. ``client`` tells apart those who ask, so that none takes the
    others' turn; the server's own queries have none. A ``trusted`` text is the server's own: it is
    neither read beforehand nor refused, and has the same answer each time.
    """

    text: str
    format: Format
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    client: str = ""
    trusted: bool = False

    @property
    def facts(self) -> QueryFacts:
        """What the text shows without being parsed; read once.

        Not a ``cached_property``: before Python 3.12 it has one lock for all queries, and a short
        one would wait until a long one is read.
        """
        known: QueryFacts | None = self.__dict__.get("_facts")
        if known is None:
            began = time.perf_counter()
            known = unread(self.text) if self.trusted else scan(self.text)
            self.__dict__["_facts"] = known
            self.__dict__["_reading"] = time.perf_counter() - began
        return known

    @property
    def reading(self) -> float:
        """The seconds that it took to read the text; they are part of the time of the query."""
        seconds: float = self.__dict__.get("_reading", 0.0)
        return seconds

    def written_as(self, format_: Format) -> Query:
        """Return the same query for an answer in another format; its text is not read again."""
        other = replace(self, format=format_)
        other.__dict__["_facts"] = self.facts
        other.__dict__["_reading"] = self.reading
        return other


async def read_facts(query: Query) -> QueryFacts:
    """Read a query's text where it keeps nobody waiting for long.

    Others wait for this thread; and among several that read, each would take its turns from those
    who answer. So long texts are read elsewhere, one after the other.
    """
    if len(query.text) > _LONG:
        await asyncio.get_running_loop().run_in_executor(_READER, lambda: query.facts)
    return query.facts


class Answer:
    """A whole answer, in memory or in an open file that has no name.

    ``size`` is in bytes. ``cached`` says that it was not evaluated for whoever receives it, but
    kept from before. Whoever receives an answer closes it.
    """

    def __init__(self, format_: Format, source: BinaryIO | bytes, *, cached: bool = False) -> None:
        self.format = format_
        self.cached = cached
        self._source = source
        if isinstance(source, bytes):
            self.size = len(source)
        else:
            self.size = os.fstat(source.fileno()).st_size

    def read(self) -> bytes:
        """Return all bytes; meant for answers that are known to be small."""
        return self._part(0, self.size)

    async def chunks(self) -> AsyncIterator[bytes]:
        """Give the bytes piece by piece, without holding more than one piece of a file."""
        position = 0
        while position < self.size:
            if isinstance(self._source, bytes):
                chunk = self._part(position, _CHUNK)
            else:
                chunk = await asyncio.to_thread(self._part, position, _CHUNK)
            if not chunk:
                return
            position += len(chunk)
            yield chunk

    def _part(self, position: int, size: int) -> bytes:
        if isinstance(self._source, bytes):
            return self._source[position : position + size]
        return os.pread(self._source.fileno(), size, position)

    def share(self, *, cached: bool = False) -> Answer:
        """Return the same answer for somebody else, who closes it, too."""
        if isinstance(self._source, bytes):
            return Answer(self.format, self._source, cached=cached)
        file = os.fdopen(os.dup(self._source.fileno()), "rb", buffering=0)
        return Answer(self.format, file, cached=cached)

    def close(self) -> None:
        """Let go of the file."""
        if not isinstance(self._source, bytes):
            self._source.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Engine(Protocol):
    """Something that answers queries over one release."""

    @property
    def is_ready(self) -> bool:
        """Whether a query that is asked now can be answered."""

    async def start(self) -> None:
        """Make ready.

        Raises:
            EngineError: where the release cannot be loaded.

        """

    async def stop(self) -> None:
        """End all that runs; nothing is left behind."""

    async def describe(self, request: DescriptionRequest) -> Description | None:
        """Describe the first of some things that the graph knows; ``None`` where it knows none.

        Raises:
            QueryError: where a limit is hit.
            EngineError: where the engine failed.

        """

    async def query(self, query: Query) -> Answer:
        """Answer a query, whole.

        Raises:
            QueryError: one of its subclasses says why there is no answer.
            EngineError: where the engine failed through no fault of the query.

        """
