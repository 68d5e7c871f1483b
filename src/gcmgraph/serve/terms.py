"""RDF terms as the pages see them, read from SPARQL results in JSON."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from gcmgraph.namespaces import XSD

#: An absolute IRI as SPARQL writes it between angle brackets (§19.8, IRIREF).
_IRI: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^<>\"{}|^`\\\x00-\x20]+")

_ESCAPES: Final = str.maketrans(
    {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t", "\b": "\\b", "\f": "\\f"}
)


@dataclass(frozen=True, slots=True, order=True)
class Term:
    """An IRI, a literal or a blank node; ``kind`` is as in SPARQL results (§3.2.2)."""

    kind: str
    value: str
    language: str | None = None
    datatype: str | None = None

    @property
    def is_iri(self) -> bool:
        """Whether this is an IRI."""
        return self.kind == "uri"

    def n3(self) -> str:
        """Write the term as N-Triples does (§2)."""
        if self.is_iri:
            return iri(self.value)
        if self.kind == "bnode":
            return f"_:{self.value}"
        text = f'"{self.value.translate(_ESCAPES)}"'
        if self.language:
            return f"{text}@{self.language}"
        if self.datatype and self.datatype != XSD.string:
            return f"{text}^^<{self.datatype}>"
        return text


Row = dict[str, Term]


def is_iri(text: str) -> bool:
    """Say whether a text can stand between angle brackets in a query."""
    return _IRI.fullmatch(text) is not None


def iri(text: str) -> str:
    """Write an IRI for a query or a file; a text that is none is refused.

    Raises:
        ValueError: where the text is no absolute IRI.

    """
    if not is_iri(text):
        raise ValueError(f"{text!r} is no IRI")
    return f"<{text}>"


def literal(text: str) -> str:
    """Write a plain string for a query."""
    return Term("literal", text).n3()


def rows(results: bytes) -> list[Row]:
    """Read SPARQL results in JSON."""
    document = json.loads(results)
    return [
        {name: _term(value) for name, value in binding.items()}
        for binding in document["results"]["bindings"]
    ]


def columns(results: bytes) -> list[str]:
    """Return the names of the variables, in the order of the query."""
    names: list[str] = json.loads(results)["head"]["vars"]
    return names


def boolean(results: bytes) -> bool:
    """Return the truth value that answers an ASK."""
    value: bool = json.loads(results)["boolean"]
    return value


def _term(value: dict[str, Any]) -> Term:
    return Term(value["type"], str(value["value"]), value.get("xml:lang"), value.get("datatype"))
