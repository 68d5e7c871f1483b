"""What XML 1.0 can hold (§2.2, §2.11), watched where the engine writes it.

The engine writes every character as it is. Some are none of XML's, and no reference can stand for
them; a carriage return is one, but every reader takes it for a line feed, unless it is written
as a reference.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gcmgraph.errors import UnwritableResultError

if TYPE_CHECKING:
    from typing import BinaryIO

_FOREIGN: Final = re.compile(rb"[\x00-\x08\x0B\x0C\x0E-\x1F]|\xEF\xBF[\xBE\xBF]")

#: Bytes of such a character that may end one piece while the rest begins the next.
_OVERLAP: Final = 2


class XmlOutput:
    """A file for XML; ``failure`` is set where something was written that XML cannot hold."""

    def __init__(self, output: BinaryIO) -> None:
        self.failure: UnwritableResultError | None = None
        self._output = output
        self._end = b""

    def write(self, data: bytes) -> int:
        """Write a piece.

        Raises:
            UnwritableResultError: where XML cannot hold it.

        """
        if _FOREIGN.search(self._end + data):
            self.failure = UnwritableResultError(
                "A text of the answer has a character that XML has no way to write; ask for JSON, "
                "N-Triples or Turtle."
            )
            raise self.failure
        self._end = (self._end + data[-_OVERLAP:])[-_OVERLAP:]
        self._output.write(data.replace(b"\r", b"&#13;"))
        return len(data)

    def flush(self) -> None:
        """Pass on that all is to be written."""
        self._output.flush()
