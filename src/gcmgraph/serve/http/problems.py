"""What can go wrong, as HTTP says it: kinds of problems (RFC 9457), and which error is which."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final

from gcmgraph import errors

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gcmgraph.settings import Limits


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem; its ``type`` is ``/problems/{slug}`` and never changes."""

    status: int
    slug: str
    title: str

    @property
    def type(self) -> str:
        """The reference that identifies the kind, relative to the server."""
        return f"/problems/{self.slug}"


BAD_REQUEST: Final = Kind(400, "bad-request", "The request is malformed")
NOT_FOUND: Final = Kind(404, "not-found", "There is nothing here")
GONE: Final = Kind(410, "gone", "What was here is no more")
METHOD_NOT_ALLOWED: Final = Kind(405, "method-not-allowed", "The method is not allowed here")
NOT_ACCEPTABLE: Final = Kind(406, "not-acceptable", "There is no such format")
UNSUPPORTED: Final = Kind(415, "unsupported-media-type", "The request's media type is not taken")
REQUEST_TIMEOUT: Final = Kind(408, "request-timeout", "The request took too long to arrive")
RELEASE_GONE: Final = Kind(404, "release-gone", "That release is not served here")
PRECONDITION_FAILED: Final = Kind(412, "precondition-failed", "The answer is not the one named")
OUT_OF_RANGE: Final = Kind(416, "range-not-satisfiable", "The file has no such part")
TOO_LONG: Final = Kind(413, "query-too-long", "The query is too long")
URI_TOO_LONG: Final = Kind(414, "address-too-long", "The address is too long")
INTERNAL: Final = Kind(500, "internal-error", "The server failed")

#: The problem of each error; the most specific class counts.
OF_ERROR: Final[dict[type[Exception], Kind]] = {
    errors.QuerySyntaxError: Kind(400, "query-syntax", "This is no SPARQL query"),
    errors.UnsupportedQueryError: Kind(400, "query-unsupported", "The query uses the unknown"),
    errors.QueryTooDeepError: Kind(400, "query-too-deep", "The query is nested too deeply"),
    errors.QueryTooLongError: TOO_LONG,
    errors.UpdateRefusedError: Kind(403, "update-refused", "The service is read-only"),
    errors.ServiceRefusedError: Kind(403, "service-refused", "Other services are not called"),
    errors.ServiceFailedError: Kind(502, "service-failed", "Another service did not answer"),
    errors.DatasetError: Kind(400, "unknown-graph", "There is no such graph"),
    errors.UnwritableResultError: Kind(
        406, "unwritable-result", "The format cannot hold the answer"
    ),
    errors.QueryTimeoutError: Kind(504, "query-timeout", "The query took too long"),
    errors.QueryMemoryError: Kind(507, "query-memory", "The query needed too much memory"),
    errors.ResultTooLargeError: Kind(507, "result-too-large", "The answer is too large"),
    errors.EngineBusyError: Kind(503, "busy", "Too many queries at once"),
    errors.EngineStoppedError: Kind(503, "stopping", "The server is stopping"),
    errors.EngineError: Kind(503, "engine-unavailable", "The engine failed"),
}

OF_STATUS: Final = {
    kind.status: kind
    for kind in (BAD_REQUEST, NOT_FOUND, METHOD_NOT_ALLOWED, NOT_ACCEPTABLE, UNSUPPORTED, TOO_LONG)
}

KINDS: Final = {
    kind.slug: kind
    for kind in (
        *OF_STATUS.values(),
        GONE,
        RELEASE_GONE,
        REQUEST_TIMEOUT,
        PRECONDITION_FAILED,
        OUT_OF_RANGE,
        URI_TOO_LONG,
        *OF_ERROR.values(),
        INTERNAL,
    )
}


class ProblemError(Exception):
    """A problem found by the web layer itself; becomes the response of the request."""

    def __init__(
        self,
        kind: Kind,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **members: object,
    ) -> None:
        super().__init__(detail)
        self.kind = kind
        self.detail = detail
        self.headers = dict(headers or {})
        self.members = members


#: Characters of a path; nothing has a longer one, and nobody can read it.
LONGEST_PATH: Final = 2048


def kind_of(error: errors.GcmGraphError) -> Kind:
    """Return the kind of problem that an error is to a client."""
    return next((OF_ERROR[c] for c in type(error).__mro__ if c in OF_ERROR), INTERNAL)


def problem_of(error: errors.GcmGraphError, limits: Limits) -> ProblemError:
    """Translate an error of ours.

    A syntax error has the members ``line``, ``column`` and ``expected``, where they are known; a
    limit that was hit has ``limit`` (its value), ``unit`` and ``setting`` (its name).
    """
    kind = kind_of(error)
    members = {
        name: value
        for name in ("line", "column", "expected")
        if (value := getattr(error, name, None))
    }
    if error.limit is not None:
        members |= limits.members(error.limit)
    headers = {"Retry-After": "1"} if kind.status == HTTPStatus.SERVICE_UNAVAILABLE else {}
    return ProblemError(kind, str(error), headers=headers, **members)
