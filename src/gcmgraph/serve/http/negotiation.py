"""Which format an answer takes: ``Accept``, ``?format=`` and file suffixes, for every route."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcmgraph.rdf import formats
from gcmgraph.serve.http.accept import best
from gcmgraph.serve.http.problems import NOT_ACCEPTABLE, ProblemError

if TYPE_CHECKING:
    from starlette.requests import Request

    from gcmgraph.rdf.formats import Format


def choose(
    request: Request,
    offered: tuple[Format, ...],
    *,
    suffix: str | None = None,
    names: tuple[str, ...] | None = None,
) -> Format:
    """Choose the format of a response: by suffix, else by ``?format=``, else by ``Accept``.

    ``names`` stand for ``?format=`` where a form carries it; the first that is offered counts.

    Raises:
        ProblemError: 406, with the list of what there is.

    """
    if names is None:
        names = tuple(value for value in request.query_params.getlist("format") if value)
    chosen: Format | None
    if suffix is not None:
        chosen = formats.by_suffix(suffix.lower(), offered)
    elif names:
        found = (formats.by_name(name, offered) for name in names)
        chosen = next((f for f in found if f is not None), None)
    else:
        chosen = best(", ".join(request.headers.getlist("accept")) or None, offered)
    if chosen is None:
        raise ProblemError(
            NOT_ACCEPTABLE,
            "There is no such format here; there are "
            + ", ".join(f"{f.media_type} (format={f.name})" for f in offered)
            + ".",
            available=[f.media_type for f in offered],
        )
    return chosen
