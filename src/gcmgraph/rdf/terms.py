"""RDF terms as the pages see them, read from SPARQL results in JSON."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any, Final

from gcmgraph.rdf.namespaces import XSD

# The parts of an IRI (RFC 3987 §2.2). An address in brackets for a host is no IRI here: an engine
# looks into it, and nobody names things so.
_UCS: Final = "\u00a0-\ud7ff\uf900-\ufdcf\ufdf0-\uffef" + "".join(
    f"{chr(plane << 16)}-{chr(plane << 16 | 0xFFFD)}" for plane in range(1, 14)
)
_ESCAPE: Final = "%[0-9A-Fa-f]{2}"
_NAME: Final = rf"(?:[A-Za-z0-9._~!$&'()*+,;={_UCS}-]|{_ESCAPE})"
_CHARACTER: Final = rf"(?:[A-Za-z0-9._~!$&'()*+,;=:@{_UCS}-]|{_ESCAPE})"
_AUTHORITY: Final = rf"//(?:(?:{_NAME}|:)*@)?{_NAME}*(?::[0-9]*)?(?:/{_CHARACTER}*)*"
_PATH: Final = rf"(?!//)(?:{_CHARACTER}|/)*"
_IRI: Final = re.compile(
    rf"[A-Za-z][A-Za-z0-9+.-]*:(?:{_AUTHORITY}|{_PATH})"
    rf"(?:\?(?:{_CHARACTER}|[/?\ue000-\uf8ff])*)?(?:#(?:{_CHARACTER}|[/?])*)?"
)

#: What SPARQL and the formats of RDF write between angle brackets (SPARQL §19.8, IRIREF).
_IRIREF: Final = re.compile(r"[^<>\"{}|^`\\\x00-\x20]+")

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
            if not _IRIREF.fullmatch(self.value):
                raise ValueError(f"{self.value!r} is no IRI")
            return f"<{self.value}>"
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
    """Say whether a text is an absolute IRI, so that it can stand in a query."""
    return _IRI.fullmatch(text) is not None


def iri(text: str) -> str:
    """Write an IRI for a query; a text that is none is refused.

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
