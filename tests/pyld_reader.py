"""JSON-LD as PyLD reads and frames it: the second opinion on what our own writer writes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyoxigraph as ox
from pyld import jsonld as pyld

from gcmgraph.rdf.namespaces import RDF

if TYPE_CHECKING:
    from gcmgraph.publish.pipeline import Checked
    from gcmgraph.rdf.graphs import Graph
    from gcmgraph.rdf.jsonld import Context


def triples(document: object, context: Context | None = None) -> Graph:
    """Return what a document says; nothing is fetched but ``context``."""

    def local(address: str, _: object) -> dict[str, Any]:
        assert context, f"{address} is not to be fetched"
        assert address == context.iri
        definitions = {"@context": context.definitions}
        return {"contextUrl": None, "documentUrl": address, "document": definitions}

    lines = pyld.to_rdf(document, {"format": "application/n-quads", "documentLoader": local})
    return {q.triple for q in ox.parse(lines, format=ox.RdfFormat.N_QUADS)}


def framed(checked: Checked, frame: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what PyLD's framing (JSON-LD 1.1 Framing, 2.3) gives for a frame of the project."""
    flags = {"explicit": True, "embed": "@always", "omitDefault": True, "omitGraph": False}
    # It takes minutes with all there is; no other property is asked for.
    wanted = {RDF.type, *_properties(frame, checked.context)}
    lines = "".join(f"{t} .\n" for t in checked.default if t.predicate.value in wanted)
    asked = {"@context": checked.context.definitions} | _expanded(frame, checked.context)
    nodes = pyld.from_rdf(lines, {"format": "application/n-quads"})
    return list(pyld.frame(nodes, asked, flags)["@graph"])


def _properties(frame: dict[str, Any], context: Context) -> set[str]:
    found = {iri for iri, term in context.terms.items() if term.name in frame}
    return found.union(*(_properties(v, context) for v in frame.values() if isinstance(v, dict)))


def _expanded(frame: dict[str, Any], context: Context) -> dict[str, Any]:
    """Return a frame with IRIs for terms: below a term for texts by language, ``{}`` is no text."""
    iris = {term.name: term.iri for term in context.terms.values()}
    found = {
        iris.get(key, key): _expanded(value, context) if value and key != "type" else value
        for key, value in frame.items()
        if key != "@context"
    }
    # Without it, a thing that has none of the properties listed would be left out.
    return found if "type" in found else {"@id": {}} | found
