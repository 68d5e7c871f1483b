"""Signposts: typed links in the header of a response (RFC 8288; FAIR Signposting Profile).

A program that has never heard of us follows them: from a thing to what describes it, from one
format to the others, to the licence, and to the address that is to be cited.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gcmgraph.rdf.formats import Format

#: What of an IRI may stand in a header as it is.
_IN_IRI: Final = "/#:@!$&'()*+,;=~%-._?[]"


_TOKEN: Final = re.compile(r"[a-z][a-z.-]*")


@dataclass(frozen=True, slots=True)
class Link:
    """A link to ``target``; ``type`` is the media type found there."""

    target: str
    rel: str
    type: str | None = None

    def __str__(self) -> str:
        """Write the link as a value of the header ``Link``.

        A relation stands without quotes where it can: some readers take only those.
        """
        rel = self.rel if _TOKEN.fullmatch(self.rel) else f'"{self.rel}"'
        type_ = f'; type="{self.type}"' if self.type else ""
        return f"<{quote(self.target, safe=_IN_IRI)}>; rel={rel}{type_}"


def link_header(links: Iterable[Link]) -> str:
    """Return the value of the header ``Link``."""
    return ", ".join(map(str, links))


def alternates(path: str, offered: Iterable[Format], chosen: Format) -> list[Link]:
    """Return links from a document in one format to the same in the others, by their suffixes."""
    return in_formats(path, (format_ for format_ in offered if format_ is not chosen), "alternate")


def in_formats(path: str, offered: Iterable[Format], rel: str) -> list[Link]:
    """Return links to a document in each format, by its suffix."""
    return [Link(f"{path}.{format_.suffix}", rel, format_.media_type) for format_ in offered]
