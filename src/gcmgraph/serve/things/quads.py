"""Statements with their graphs, as N-Quads and TriG."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from gcmgraph.rdf.namespaces import RDF, XSD

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gcmgraph.rdf.terms import Term
    from gcmgraph.serve.things.statements import Statement

#: Names that need no escapes: fewer than the grammar has (TriG §4.5, PN_PREFIX and PN_LOCAL).
_PREFIX: Final = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_LOCAL: Final = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_.-]*[A-Za-z0-9_-])?")

#: Literals that may stand without quotes (TriG §4.5): their text says their datatype.
_BARE: Final = {
    XSD.integer: re.compile(r"[+-]?[0-9]+"),
    XSD.decimal: re.compile(r"[+-]?[0-9]*\.[0-9]+"),
    XSD.boolean: re.compile(r"true|false"),
}


def nquads(statements: list[Statement]) -> str:
    """Write N-Quads, sorted."""
    return "".join(
        sorted(
            f"{s.subject.n3()} {s.predicate.n3()} {s.object.n3()} {graph.n3()} .\n"
            for s in statements
            for graph in s.graphs
        )
    )


def trig(statements: list[Statement], prefixes: Mapping[str, str]) -> str:
    """Write TriG for people: a block for each graph, in it one for each subject."""
    names = _Names(prefixes)
    graphs: dict[str, dict[str, dict[str, list[str]]]] = {}
    for s in statements:
        predicate = "a" if s.predicate.value == RDF.type else names.of(s.predicate)
        for graph in s.graphs:
            subjects = graphs.setdefault(names.of(graph), {})
            said = subjects.setdefault(names.of(s.subject), {})
            said.setdefault(predicate, []).append(names.of(s.object))
    blocks = [names.declarations(), *(_graph(*graph) for graph in sorted(graphs.items()))]
    return "\n".join(filter(None, blocks))


def _graph(name: str, subjects: dict[str, dict[str, list[str]]]) -> str:
    blocks = []
    for subject, said in sorted(subjects.items()):
        # “a” comes first, as everywhere.
        lines = [f"{predicate} {', '.join(said[predicate])}" for predicate in _ordered(said)]
        blocks.append(f"  {subject}\n    " + " ;\n    ".join(lines) + " .\n")
    return f"{name} {{\n" + "\n".join(blocks) + "}\n"


def _ordered(predicates: Mapping[str, object]) -> list[str]:
    return sorted(predicates, key=lambda predicate: (predicate != "a", predicate))


class _Names:
    """Writes terms with prefixes, and remembers which it used."""

    def __init__(self, prefixes: Mapping[str, str]) -> None:
        # The longest namespace first: one may begin another.
        self._namespaces = sorted(
            ((iri, prefix) for prefix, iri in prefixes.items() if _PREFIX.fullmatch(prefix)),
            key=lambda pair: (-len(pair[0]), pair),
        )
        self._used: dict[str, str] = {}

    def of(self, term: Term) -> str:
        """Write a term as short as it is safe."""
        if term.is_iri:
            return self._iri(term.value) or term.n3()
        bare = _BARE.get(term.datatype or "")
        if bare and bare.fullmatch(term.value):
            return term.value
        written = term.n3()
        datatype = self._iri(term.datatype) if written.endswith(">") and term.datatype else None
        return written.removesuffix(f"<{term.datatype}>") + datatype if datatype else written

    def declarations(self) -> str:
        """Declare the prefixes that were used."""
        return "".join(f"@prefix {p}: <{iri}> .\n" for p, iri in sorted(self._used.items()))

    def _iri(self, iri: str) -> str | None:
        for namespace, prefix in self._namespaces:
            if iri.startswith(namespace) and _LOCAL.fullmatch(iri, len(namespace)):
                self._used[prefix] = namespace
                return f"{prefix}:{iri[len(namespace) :]}"
        return None
