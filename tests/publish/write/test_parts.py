"""What another publisher made, as a part of the dataset, is theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox

from gcmgraph.publish.pipeline import build
from gcmgraph.rdf.graphs import triple
from gcmgraph.rdf.namespaces import DCAT, DCT, RDF, VOID

if TYPE_CHECKING:
    from pathlib import Path

    from example_project import Example

BASE = "https://rivers.example/"
PRESS = f"{BASE}id/agent/press"


def test_only_what_is_ours_has_our_publisher_and_keywords(example: Example, tmp_path: Path) -> None:
    others = tmp_path / "others.ttl"
    others.write_text("<http://p/thing> <http://p/depth> 5000 .", "utf-8")
    text = (example.root / "data/catalog.ttl").read_text("utf-8")
    said = f'<{BASE}dataset> dcat:keyword "water"@en ; dct:publisher <{PRESS}> .\n'
    example.write("data/catalog.ttl", text + said)
    release = build(example.project, tmp_path / "out", lambda _: None, include=[others]).path
    catalog = {q.triple for q in ox.parse(path=release / "catalog.ttl", format=ox.RdfFormat.TURTLE)}
    water = ox.Literal("water", language="en")
    for name, is_ours in (("guide", True), ("curation", True), ("others", False)):
        part = f"{BASE}graph/{name}"
        assert triple(part, RDF.type, DCAT.Dataset) in catalog
        assert (triple(part, DCT.publisher, PRESS) in catalog) == is_ours
        assert (triple(part, DCAT.keyword, water) in catalog) == is_ours
        assert not is_ours or triple(part, DCT.license, CC0) in catalog
    assert not any(
        t.subject == ox.NamedNode(f"{BASE}graph/others") and t.predicate.value == DCT.license
        for t in catalog
    )
    assert triple(f"{BASE}id/part/river", VOID.entities, TWO) in catalog


CC0 = "https://creativecommons.org/publicdomain/zero/1.0/"
TWO = ox.Literal(2)
