"""Which format an answer takes: ``Accept``, ``?format=`` and file suffixes, for every route.

``Accept`` is read by RFC 9110 §12.5.1: of the ranges that match a media type the most specific
counts, and its quality decides; among equals the server's own order does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gcmgraph import formats
from gcmgraph.serve.problems import NOT_ACCEPTABLE, ProblemError

if TYPE_CHECKING:
    from starlette.requests import Request

    from gcmgraph.formats import Format

#: More ranges than any client sends; the rest is not read.
_MOST_RANGES: Final = 64

_EXACT: Final = 3

_QUALITY: Final = re.compile(r"0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?")
_TOKEN: Final = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Range:
    type: str
    subtype: str
    quality: float

    def specificity(self, media_type: str) -> int:
        """Return how closely the range fits a media type; 0 where it does not."""
        if self.type == "*":
            return 1
        main, _, sub = media_type.partition("/")
        if self.type != main:
            return 0
        if self.subtype == "*":
            return 2
        return _EXACT if self.subtype == sub else 0


def _ranges(accept: str) -> list[_Range]:
    """Read a header; what is malformed in it is passed over."""
    found = []
    for text in accept.split(",", _MOST_RANGES)[:_MOST_RANGES]:
        media_range, *parameters = (part.strip() for part in text.split(";"))
        main, slash, sub = media_range.lower().partition("/")
        if not slash or not _TOKEN.fullmatch(main) or not _TOKEN.fullmatch(sub):
            continue
        if main == "*" and sub != "*":
            continue
        quality = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip().lower() == "q":
                value = value.strip()
                quality = float(value) if _QUALITY.fullmatch(value) else 0.0
        found.append(_Range(main, sub, quality))
    return found


def best(accept: str | None, offered: tuple[Format, ...]) -> Format | None:
    """Return the format of ``offered`` that the header likes best, or ``None``."""
    ranges = _ranges(accept or "")
    if not ranges:
        return offered[0]
    choice, top = None, 0.0
    for format_ in offered:
        quality = _quality(format_, ranges)
        if quality > top:
            choice, top = format_, quality
    return choice


def _quality(format_: Format, ranges: list[_Range]) -> float:
    """Return how much a format is liked; its aliases count where they are named themselves."""
    closest = max(ranges, key=lambda r: (r.specificity(format_.media_type), r.quality))
    quality = closest.quality if closest.specificity(format_.media_type) else 0.0
    named = [r.quality for r in ranges for name in format_.aliases if r.specificity(name) == _EXACT]
    return max(quality, *named) if named else quality


def choose(
    request: Request,
    offered: tuple[Format, ...],
    *,
    suffix: str | None = None,
    name: str | None = None,
) -> Format:
    """Choose the format of a response: by suffix, else by ``?format=``, else by ``Accept``.

    ``name`` stands for ``?format=`` where a form carries it.

    Raises:
        ProblemError: 406, with the list of what there is.

    """
    name = name if name is not None else request.query_params.get("format")
    chosen: Format | None
    if suffix is not None:
        chosen = formats.by_suffix(suffix.lower(), offered)
    elif name:
        chosen = formats.by_name(name, offered)
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
