"""Writing statements in any format, with the prefixes that they use."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from gcmgraph.rdf import formats
from gcmgraph.rdf.graphs import statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gcmgraph.rdf.jsonld import Context

#: What the library calls the formats.
_LIBRARY: Final = {
    format_: ox.RdfFormat.from_media_type(format_.media_type)
    for format_ in (*formats.TRIPLES, *formats.QUADS)
}


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
            used = {t.predicate.value for t in triples}
            used |= {t.object.value for t in triples if isinstance(t.object, ox.NamedNode)}
            document = context.part(used).document(statements(triples))
            return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()
        found = [ox.Quad(*triple) for triple in triples]
    else:
        # A graph's statements together, so that TriG has a block for each.
        found.sort(key=lambda quad: str(quad.graph_name))
    written = ox.serialize(found, format=_LIBRARY[format_], prefixes=used_prefixes(prefixes, found))
    return written or b""


def used_prefixes(prefixes: Mapping[str, str], quads: Iterable[ox.Quad]) -> dict[str, str]:
    """Return the prefixes of namespaces in which some IRI lies."""
    iris: set[str] = set()
    for quad in quads:
        for term in (quad.subject, quad.predicate, quad.object, quad.graph_name):
            if isinstance(term, ox.NamedNode):
                iris.add(term.value)
            elif isinstance(term, ox.Literal):
                iris.add(term.datatype.value)
    text = "\n".join(sorted(iris))
    return {name: iri for name, iri in prefixes.items() if iri in text}
