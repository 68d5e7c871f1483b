"""Graphs as JSON-LD, in the terms of the release's context.

A document holds the part of the context that it uses, so that it means the same wherever it is
read and nothing has to be fetched.
"""

from __future__ import annotations

import io
import json
from typing import TYPE_CHECKING

import pyoxigraph as ox

from gcmgraph.errors import UnwritableResultError
from gcmgraph.rdf import jsonld
from gcmgraph.rdf.namespaces import RDF

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from typing import BinaryIO


def write(triples: Iterable[ox.Triple], context: jsonld.Context, output: BinaryIO) -> None:
    """Write triples, a subject's together.

    Raises:
        UnwritableResultError: where one of them is about another triple.

    """
    statements = list(_statements(triples))
    used = {predicate for _, predicate, _ in statements}
    used |= {str(value) for _, predicate, value in statements if predicate == RDF.type}
    text = io.TextIOWrapper(output, "utf-8", write_through=True)
    try:
        for piece in json.JSONEncoder(ensure_ascii=False, indent=1).iterencode(
            context.part(used).document(statements)
        ):
            text.write(piece)
    finally:
        text.detach()


def _statements(triples: Iterable[ox.Triple]) -> Iterator[jsonld.Statement]:
    for triple in triples:
        yield _node(triple.subject), triple.predicate.value, _value(triple.object)


def _value(term: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> jsonld.Value:
    if isinstance(term, ox.Literal):
        return jsonld.Literal(term.value, term.datatype.value, term.language)
    return _node(term)


def _node(term: ox.NamedNode | ox.BlankNode | ox.Triple) -> str:
    if isinstance(term, ox.Triple):
        raise UnwritableResultError(
            "JSON-LD has no way to write a triple about a triple; ask for Turtle or N-Triples."
        )
    return term.value if isinstance(term, ox.NamedNode) else f"_:{term.value}"
