"""Writing statements in any format, with the prefixes and the terms that they use."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from gcmgraph.rdf import formats
from gcmgraph.rdf.graphs import RDF_FORMATS, serialize, statements
from gcmgraph.rdf.namespaces import RDF

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import BinaryIO

    from gcmgraph.rdf.jsonld import Context

_LOCAL_NAME: Final = re.compile(r"[^/#]*$")


def write(
    quads: Iterable[ox.Quad],
    format_: formats.Format,
    prefixes: Mapping[str, str],
    context: Context | None = None,
) -> bytes:
    """Return quads in a format, each statement once, in the order in which they come.

    A format of triples leaves out the graphs. JSON-LD is written in the terms of ``context``.
    """
    found = list(quads)
    if format_ in formats.TRIPLES:
        triples = list(dict.fromkeys(quad.triple for quad in found))
        if format_ is formats.JSONLD and context is not None:
            output = io.BytesIO()
            write_jsonld(triples, context, output)
            return output.getvalue()
        found = [ox.Quad(*triple) for triple in triples]
    else:
        # A graph's statements together, so that TriG has a block for each.
        found.sort(key=lambda quad: str(quad.graph_name))
    return serialize(found, RDF_FORMATS[format_], used_prefixes(prefixes, found))


def write_jsonld(triples: Iterable[ox.Triple], context: Context, output: BinaryIO) -> None:
    """Write triples, a subject's together, with the part of the context that they use.

    So a document means the same wherever it is read, and nothing has to be fetched.

    Raises:
        UnwritableResultError: where one of them is about another triple.

    """
    found = list(statements(triples))
    used = {predicate for _, predicate, _ in found}
    used |= {str(value) for _, predicate, value in found if predicate == RDF.type}
    text = io.TextIOWrapper(output, "utf-8", write_through=True)
    try:
        json.dump(context.part(used).document(found), text, ensure_ascii=False, indent=1)
        text.write("\n")
    finally:
        text.detach()


def used_prefixes(
    prefixes: Mapping[str, str], found: Iterable[ox.Triple] | Iterable[ox.Quad]
) -> dict[str, str]:
    """Return the prefixes under which the statements name something."""
    iris: set[str] = set()
    for statement in found:
        for term in statement:
            if isinstance(term, ox.NamedNode):
                iris.add(term.value)
            elif isinstance(term, ox.Literal):
                iris.add(term.datatype.value)
    # One text, a namespace to a line: which of them begins with another is asked of all at once.
    namespaces = "\n" + "\n".join({_LOCAL_NAME.sub("", iri) for iri in iris})
    return {name: iri for name, iri in prefixes.items() if f"\n{iri}" in namespaces}
