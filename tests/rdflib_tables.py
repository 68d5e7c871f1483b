"""Tables computed a second time, by rdflib."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rdflib
from rdflib.plugins.sparql import aggregates
from rdflib.plugins.sparql.sparql import SPARQLError

from gcmgraph.publish.judge.shacl import literals_as_written
from gcmgraph.publish.write.tables import JOIN, JOINER, in_order, write_tables
from gcmgraph.rdf.graphs import ntriples

if TYPE_CHECKING:
    import pytest

    from gcmgraph.project import Project
    from gcmgraph.publish.dataset import Dataset

Rows = list[list[list[str]]]


def both(
    project: Project, dataset: Dataset, monkeypatch: pytest.MonkeyPatch
) -> dict[str, tuple[Rows, Rows]]:
    """Return the rows of each table: those of the release, and rdflib's."""
    _mend(monkeypatch)
    found = {}
    with literals_as_written():
        graph = rdflib.Graph().parse(data=ntriples(dataset.default), format="nt")
        for table in write_tables(project, dataset):
            query = (project.tables / f"{table.name}.rq").read_text("utf-8")
            several = [column.several for column in table.table.columns]
            rows = [
                [_values(term, joined=s) for term, s in zip(row, several, strict=True)]
                for row in graph.query(JOIN.sub(rf'\1"{JOINER}"', query))
            ]
            found[table.name] = (table.rows, rows)
    return found


def _values(term: object, *, joined: bool) -> list[str]:
    if term is None or (joined and not str(term)):
        return []
    return in_order(str(term).split(JOINER)) if joined else [str(term)]


def _mend(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let rdflib leave out of DISTINCT aggregates what is not bound (SPARQL 1.1, 18.5.1)."""
    use_row = aggregates.Accumulator.use_row

    def mended(self: aggregates.Accumulator, row: object) -> bool:
        try:
            return use_row(self, row)
        except SPARQLError:
            return False

    monkeypatch.setattr(aggregates.Accumulator, "use_row", mended)
