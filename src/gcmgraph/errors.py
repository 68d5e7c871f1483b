"""What can go wrong, one sentence each.

    GcmGraphError
    ├── ProjectError          the project folder lacks a part, or a part cannot be read
    ├── RdfSyntaxError        a file is not the RDF it claims to be
    ├── SourceError           a source document or its sidecar is missing or changed
    ├── EvidenceError         an excerpt differs from its text, or a sentence is unaccounted for
    ├── RuleError             a rule is no CONSTRUCT query, or does not come to rest
    ├── ValidationError       the graph breaks a shape
    ├── ReleaseError          a release is torn, foreign, or cannot be written
    ├── QueryError            a query was refused or could not be answered whole
    │   ├── QuerySyntaxError      it is no SPARQL query
    │   ├── UnsupportedQueryError it uses a function that the engine does not know
    │   ├── QueryTooLongError     its text is longer than the limit
    │   ├── QueryTooDeepError     it is nested more deeply than can be evaluated
    │   ├── UpdateRefusedError    it would change the graph
    │   ├── ServiceRefusedError   it calls another endpoint
    │   ├── ServiceFailedError    an endpoint that it may call gave no answer
    │   ├── DatasetError          it names a graph that the release does not hold
    │   ├── QueryTimeoutError     it took longer than the limit
    │   ├── QueryMemoryError      it needed more memory than the limit
    │   ├── ResultTooLargeError   its answer is larger than the limit
    │   ├── UnwritableResultError its answer cannot be written in the format asked for
    │   └── EngineBusyError       too many queries run or wait
    ├── EngineError           the engine itself failed; no fault of the query
    │   └── EngineStoppedError    it was stopped before it had the answer
    └── ServerError           the server cannot start

Each class carries the exit status of the command line; the HTTP statuses stand in
``serve.http.problems``. A message is one sentence that says what is wrong and what to do. What is
wrong with a project is told all at once: see ``refuse``.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Faults of one kind that are told singly; the rest are counted.
TOLD: Final = 20


class GcmGraphError(Exception):
    """The root of all errors that a user is told of.

    ``limit`` is the field of ``settings.Limits`` that was hit, where one was. ``details`` has a
    line for each fault where there are several; the message is then the first, and how many more.
    """

    exit_status = 1
    limit: str | None = None

    def __init__(self, message: str, details: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.details = details


class Fault(NamedTuple):
    """A sentence that says what is wrong and what to do; many may be of one ``kind``."""

    text: str
    kind: str = ""


def told(faults: Iterable[Fault | str]) -> list[str]:
    """Return a line for each of many faults, sentences without their full stops.

    The same sentence comes once, with its count; of a kind, the first ``TOLD``.
    """
    counts = Counter(f if isinstance(f, Fault) else Fault(f) for f in faults)
    kinds: dict[str, list[str]] = {}
    for fault, count in counts.items():
        times = f" ({count} times)" if count > 1 else ""
        kinds.setdefault(fault.kind, []).append(fault.text.rstrip(".") + times)
    lines: list[str] = []
    for texts in kinds.values():
        lines += texts[:TOLD]
        if len(texts) > TOLD:
            lines.append(f"… and {len(texts) - TOLD} more of this kind")
    return lines


def refuse(error: type[GcmGraphError], faults: Iterable[Fault | str]) -> None:
    """Raise an error that tells all ``faults``, if there are any.

    Raises:
        GcmGraphError: of the given class.

    """
    found = list(faults)
    if found:
        lines = told(found)
        more = len(set(found)) - 1
        raise error(f"{lines[0]}{f' (and {more} more)' if more else ''}.", tuple(lines))


class ProjectError(GcmGraphError):
    """The project folder lacks a part, or a part cannot be read."""

    exit_status = 3


class RdfSyntaxError(GcmGraphError):
    """A file is not the RDF it claims to be; the message names file, line and column."""

    exit_status = 4


class SourceError(GcmGraphError):
    """A source document or its sidecar is missing, or its text is not the recorded one."""

    exit_status = 5


class EvidenceError(GcmGraphError):
    """An excerpt differs from its text, or a part of a document is unaccounted for."""

    exit_status = 6


class RuleError(GcmGraphError):
    """A rule is no CONSTRUCT query, or the rules do not come to rest."""

    exit_status = 7


class ValidationError(GcmGraphError):
    """The graph breaks a shape, or the shapes themselves are at fault."""

    exit_status = 8


class ReleaseError(GcmGraphError):
    """A release is torn, made by another version, or cannot be written."""

    exit_status = 9


class QueryError(GcmGraphError):
    """A query was refused or could not be answered whole."""

    exit_status = 10


class QuerySyntaxError(QueryError):
    """The text is no SPARQL query.

    ``line`` and ``column`` count from 1 where known; ``expected`` is what could have stood there.
    """

    def __init__(
        self,
        message: str,
        line: int | None = None,
        column: int | None = None,
        expected: tuple[str, ...] = (),
    ) -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.expected = expected


class UnsupportedQueryError(QueryError):
    """The query uses something that the engine does not know, such as a function of its own."""


class QueryTooLongError(QueryError):
    """The query's text is longer than the limit."""

    limit = "query_bytes"


class QueryTooDeepError(QueryError):
    """The query is nested more deeply than can be evaluated."""


class UpdateRefusedError(QueryError):
    """The request would change the graph; the service is read-only."""


class ServiceRefusedError(QueryError):
    """The query calls a SPARQL service that the configuration does not list."""


class ServiceFailedError(QueryError):
    """The query calls a SPARQL service that the configuration lists, and that did not answer."""


class DatasetError(QueryError):
    """The query's dataset names a graph that the release does not hold."""


class QueryTimeoutError(QueryError):
    """The query took longer than the limit."""

    limit = "query_time"


class QueryMemoryError(QueryError):
    """The query needed more memory than the limit."""

    limit = "query_memory"


class ResultTooLargeError(QueryError):
    """The answer is larger than the limit."""

    limit = "result_bytes"


class UnwritableResultError(QueryError):
    """The answer cannot be written in the format asked for, and another format can hold it."""


class EngineBusyError(QueryError):
    """Too many queries run or wait; the same query may succeed later.

    ``limit`` is that of the queue, which has several.
    """

    def __init__(self, message: str, limit: str = "queue") -> None:
        super().__init__(message)
        self.limit = limit


class EngineError(GcmGraphError):
    """The engine failed through no fault of the query."""

    exit_status = 11


class EngineStoppedError(EngineError):
    """The engine was stopped before it had the answer; another one may have it."""


class ServerError(GcmGraphError):
    """The server cannot start."""

    exit_status = 12
