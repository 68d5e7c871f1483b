"""What responses say, and what is kept of it."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from gcmgraph.serve.http.signposts import Link

#: A document of more than this part of the memory for documents is not kept.
_LARGEST_PART: Final = 16

#: What a document that is kept takes besides its bytes, roughly.
_OVERHEAD: Final = 1024


class Body(NamedTuple):
    """What a response says: its content, and links to what belongs to it."""

    content: bytes
    links: tuple[Link, ...] = ()


@dataclass(slots=True)
class DocumentCache:
    """Documents of a release by the addresses at which they were asked for; the oldest leave."""

    max_bytes: int
    bytes: int = 0
    _kept: OrderedDict[tuple[str, str], Body] = field(default_factory=OrderedDict)

    def get(self, key: tuple[str, str]) -> Body | None:
        """Return a document, which has been asked for just now."""
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key]

    def put(self, key: tuple[str, str], body: Body) -> None:
        """Keep a document, unless it is a large part of all there is room for."""
        size = len(body.content) + _OVERHEAD
        if key in self._kept or size > self.max_bytes // _LARGEST_PART:
            return
        self._kept[key] = body
        self.bytes += size
        while self.bytes > self.max_bytes:
            self.bytes -= len(self._kept.popitem(last=False)[1].content) + _OVERHEAD
