"""What a release cannot hold as it is stated, found before anything is written.

One release is one graph, whoever asks: dumps, documents and endpoint. So each statement must be one
that every format can write (``rdf.xml``), and each literal one that the engine's store gives back
to the character. It keeps numbers, truth values, times and durations as values, and forgets how
they were written: ``"01"^^xsd:integer`` comes back as ``1``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from gcmgraph.errors import Fault, ValidationError, refuse
from gcmgraph.publish.read.sources import shorten
from gcmgraph.rdf import xml
from gcmgraph.rdf.namespaces import RDF, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gcmgraph.publish.read.locate import Locator
    from gcmgraph.rdf.graphs import Graph, Term

_TEXTS = frozenset({XSD.string, RDF.langString})


def check_writable(graphs: Mapping[str, Graph], locator: Locator) -> None:
    """Make sure that a release can hold the named ``graphs`` to the character.

    Raises:
        ValidationError: with a line for each statement that it cannot hold.

    """
    refuse(ValidationError, _faults(graphs, locator))


def _faults(graphs: Mapping[str, Graph], locator: Locator) -> Iterator[Fault]:
    rewritten = _rewritten(t.object for graph in graphs.values() for t in graph)
    seen: Graph = set()
    for name, graph in graphs.items():
        for t in sorted(graph - seen, key=str):
            for kind, what in _what_is_wrong(t, rewritten):
                place = locator.statement(t) or f"graph {name}"
                yield Fault(f"{place}: {shorten(str(t), 200)} {what}.", kind)
        seen |= graph


def _what_is_wrong(t: ox.Triple, rewritten: Mapping[Term, Term]) -> Iterator[tuple[str, str]]:
    """Yield the kinds of faults of a statement, and what each is."""
    if (kept := rewritten.get(t.object)) is not None:
        yield (
            "form",
            f"has a value that the engine would turn into {kept}; write that, or another datatype",
        )
    if isinstance(t.object, ox.Literal) and not xml.holds_text(t.object.value):
        yield (
            "character",
            "has a character that RDF/XML has no way to write; leave it out of the text",
        )
    if (
        t.predicate.value == RDF.type
        and isinstance(t.object, ox.NamedNode)
        and not xml.holds_name(t.object.value)
    ):
        yield (
            "class",
            "has a class that we cannot write into RDF/XML; let its IRI end in a name",
        )
    if not xml.holds_name(t.predicate.value):
        yield (
            "property",
            "has a property that RDF/XML cannot write; let its IRI end in a name, as “…/flows”",
        )


def _rewritten(terms: Iterable[Term]) -> dict[Term, Term]:
    """Return the literals that the engine's store does not keep, and what it makes of them."""
    typed = {t for t in terms if isinstance(t, ox.Literal) and t.datatype.value not in _TEXTS}
    store = ox.Store()
    # The name of a subject says which literal the store was given.
    literals = {ox.NamedNode(f"literal:{n}"): literal for n, literal in enumerate(typed)}
    predicate = ox.NamedNode(RDF.value)
    store.extend(ox.Quad(node, predicate, literal) for node, literal in literals.items())
    return {
        literals[quad.subject]: quad.object
        for quad in store
        if quad.object != literals[quad.subject]
    }
