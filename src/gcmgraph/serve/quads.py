"""Statements with their graphs, as N-Quads and TriG."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcmgraph.namespaces import RDF

if TYPE_CHECKING:
    from gcmgraph.serve.description import Statement


def nquads(statements: list[Statement]) -> str:
    """Write N-Quads, sorted."""
    return "".join(
        sorted(
            f"{s.subject.n3()} {s.predicate.n3()} {s.object.n3()} {graph.n3()} .\n"
            for s in statements
            for graph in s.graphs
        )
    )


def trig(statements: list[Statement]) -> str:
    """Write TriG, one block a graph, one block of statements a subject."""
    blocks: dict[str, dict[str, list[str]]] = {}
    for s in statements:
        predicate = "a" if s.predicate.value == RDF.type else s.predicate.n3()
        for graph in s.graphs:
            subjects = blocks.setdefault(graph.n3(), {})
            subjects.setdefault(s.subject.n3(), []).append(f"{predicate} {s.object.n3()}")
    lines = []
    for name, subjects_ in sorted(blocks.items()):
        lines.append(f"{name} {{")
        for subject, statements_ in sorted(subjects_.items()):
            lines.append(f"  {subject} " + " ;\n    ".join(statements_) + " .")
        lines.append("}\n")
    return "\n".join(lines)
