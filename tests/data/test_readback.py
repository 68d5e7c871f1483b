"""Every file of statements of the real project is read by rdflib, whole, and is the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcmgraph.publish.write.contents import dumps, graphs
from gcmgraph.rdf import formats

if TYPE_CHECKING:
    from gcmgraph.publish.pipeline import Checked


def test_every_dump_and_graph_is_read_by_rdflib_as_it_was_written(checked: Checked) -> None:
    contents = [c for c in (*dumps(checked), *graphs(checked)) if c.holds is not None]
    assert {c.format for c in contents} == {*formats.TRIPLES, *formats.QUADS}
    for content in contents:
        content.read_back(content.data, thorough=True)
