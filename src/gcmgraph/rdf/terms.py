"""RDF terms, the library's own, and the few texts that are made of them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, TypeAlias

from pyoxigraph import (
    BlankNode,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
    serialize,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

__all__ = [
    "BlankNode",
    "DefaultGraph",
    "Literal",
    "NamedNode",
    "Node",
    "Quad",
    "Term",
    "Triple",
    "iri",
    "is_iri",
    "literal",
    "nquads",
    "read_nquads",
    "typed",
]

Node: TypeAlias = NamedNode | BlankNode

#: What a statement of a release is made of; none is about another statement.
Term: TypeAlias = NamedNode | BlankNode | Literal

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
    return str(Literal(text))


def typed(value: object, datatype: str) -> Literal:
    """Return a literal of a datatype, by its IRI."""
    return Literal(str(value), datatype=NamedNode(datatype))


def nquads(quads: Iterable[Quad]) -> str:
    """Write quads as N-Quads, in the order in which they come."""
    return (serialize(quads, format=RdfFormat.N_QUADS) or b"").decode()


def read_nquads(text: str) -> Iterator[Quad]:
    """Read N-Quads."""
    return iter(parse(text, format=RdfFormat.N_QUADS))
