"""What a client accepts: ``Accept`` and ``Accept-Encoding`` (RFC 9110 §12.5).

Of the ranges that match a media type the most specific counts, and its quality decides; among
equals the server's own order does. A quality may be written as any decimal number, as many
clients do; what is malformed in a header is passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gcmgraph.rdf.formats import Format

#: More than any client sends; the rest is not read.
_MOST_ITEMS: Final = 64

_EXACT: Final = 3

_QUALITY: Final = re.compile(r"[0-9]+(?:\.[0-9]*)?|\.[0-9]+")
_TOKEN: Final = re.compile(r"[\w!#$%&'*+.^`|~-]+", re.ASCII)

#: What a client that names other codings thinks of none at all: better than nothing.
_IDENTITY_QUALITY: Final = 0.0001


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


def best(accept: str | None, offered: tuple[Format, ...]) -> Format | None:
    """Return the format of ``offered`` that the header likes best, or ``None``."""
    ranges = list(_ranges(accept or ""))
    if not ranges:
        return offered[0]
    choice, top = None, 0.0
    for format_ in offered:
        quality = _quality(format_, ranges)
        if quality > top:
            choice, top = format_, quality
    return choice


class Coding(NamedTuple):
    """The content coding for a response; a small one has it only where it ``is_needed``."""

    name: str
    is_needed: bool


def best_coding(accept_encoding: str, offered: tuple[str, ...]) -> Coding | None:
    """Return the content coding of ``offered`` that the header likes best.

    ``None`` is no coding at all. A wildcard stands for the last coding offered, the one that
    every client knows.
    """
    said: dict[str, float] = {}
    for name, quality in _items(accept_encoding):
        said.setdefault(name.removeprefix("x-"), quality)
    identity = said.get("identity", said.get("*", 1.0) and _IDENTITY_QUALITY)
    choice, top = None, identity
    for name in offered:
        quality = said.get(name, said.get("*", 0.0) if name == offered[-1] else 0.0)
        if quality > 0 and (quality > top or (choice is None and quality == top)):
            choice, top = name, quality
    return Coding(choice, is_needed=identity == 0) if choice else None


def _items(header: str) -> Iterator[tuple[str, float]]:
    """Read a list of values with qualities."""
    for text in header.split(",", _MOST_ITEMS)[:_MOST_ITEMS]:
        value, *parameters = (part.strip() for part in text.split(";"))
        quality = 1.0
        for parameter in parameters:
            name, _, number = (part.strip() for part in parameter.partition("="))
            if name.lower() == "q" and _QUALITY.fullmatch(number):
                quality = min(float(number), 1.0)
        if value:
            yield value.lower(), quality


def _ranges(accept: str) -> Iterator[_Range]:
    for value, quality in _items(accept):
        main, slash, sub = value.partition("/")
        if not slash or not _TOKEN.fullmatch(main) or not _TOKEN.fullmatch(sub):
            continue
        if main != "*" or sub == "*":
            yield _Range(main, sub, quality)


def _quality(format_: Format, ranges: list[_Range]) -> float:
    """Return how much a format is liked; its aliases count where they are named themselves."""
    closest = max(ranges, key=lambda r: (r.specificity(format_.media_type), r.quality))
    quality = closest.quality if closest.specificity(format_.media_type) else 0.0
    named = [r.quality for r in ranges for name in format_.aliases if r.specificity(name) == _EXACT]
    return max(quality, *named) if named else quality
