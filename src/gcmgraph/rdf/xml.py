"""What XML can hold: the one rule of it, for those who write and for those who look ahead.

XML 1.0 has no way to write some characters (§2.2). A carriage return is one of XML's, but every
reader takes it for a line feed (§2.11), unless it is written as a reference. RDF/XML writes a
property as the name of an element (RDF 1.1 XML Syntax, 2.2), so its IRI must end in such a name
(Namespaces in XML 1.0, 4), and be none that the syntax has taken (5.1 of RDF/XML). A class need
not be one (2.13), but the engine makes it one.

The engine writes every character as it is, and a name that is none: so its output is watched.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gcmgraph.errors import UnwritableResultError
from gcmgraph.rdf.namespaces import PREFIXES

if TYPE_CHECKING:
    from typing import BinaryIO

_FOREIGN_TEXT: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
#: Characters that begin a name, and those that may follow (without “.”); Turtle takes the same.
NAME_START: Final = (
    "A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d"
    "\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
NAME_REST: Final = f"{NAME_START}0-9\u00b7\u0300-\u036f\u203f\u2040-"
_LOCAL_NAME: Final = re.compile(f"[{NAME_START}][.{NAME_REST}]*$")
#: Names below ``rdf:`` that are no properties or classes in RDF/XML.
_TAKEN: Final = frozenset(
    PREFIXES["rdf"] + name
    for name in (
        *("RDF", "ID", "about", "parseType", "resource", "nodeID", "datatype", "Description"),
        *("li", "aboutEach", "aboutEachPrefix", "bagID"),
    )
)

#: The same in the bytes of UTF-8, and what the engine makes of a property or class without a name.
_FOREIGN: Final = re.compile(
    rb"[\x00-\x08\x0B\x0C\x0E-\x1F]|\xEF\xBF[\xBE\xBF]|<oxprefix: |<oxprefix:>"
)
#: Bytes of such that may end one piece while the rest begins the next.
_OVERLAP: Final = 10


def holds_text(text: str) -> bool:
    """Say whether XML can write every character of a text."""
    return _FOREIGN_TEXT.search(text) is None


def holds_name(iri: str) -> bool:
    """Say whether a property or class can be the name of an element."""
    return _LOCAL_NAME.search(iri) is not None and iri not in _TAKEN


def with_returns(data: bytes) -> bytes:
    """Return XML whose carriage returns stay such when it is read."""
    return data.replace(b"\r", b"&#13;")


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
        if found := _FOREIGN.search(self._end + data):
            what = (
                "A property or class of the answer has an IRI that ends in no name"
                if found[0].startswith(b"<")
                else "A text of the answer has a character that XML has no way to write"
            )
            self.failure = UnwritableResultError(f"{what}; ask for JSON, N-Triples or Turtle.")
            raise self.failure
        self._end = (self._end + data[-_OVERLAP:])[-_OVERLAP:]
        self._output.write(with_returns(data))
        return len(data)

    def flush(self) -> None:
        """Pass on that all is to be written."""
        self._output.flush()
