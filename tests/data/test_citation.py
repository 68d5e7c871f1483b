"""The citation says what the catalogue says."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

from gcmgraph.rdf.graphs import objects
from gcmgraph.rdf.namespaces import DCAT, DCT, FOAF

if TYPE_CHECKING:
    from gcmgraph.publish.pipeline import Checked

TEXT = (Path(__file__).parents[2] / "CITATION.cff").read_text("utf-8")

#: What SPDX calls a licence, and Citation File Format with it.
LICENCES = {"CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/"}


def field(name: str) -> str:
    (value,) = re.findall(rf"^{name}: (.+)$", TEXT, re.MULTILINE)
    return json.loads(value) if value.startswith('"') else value


def entries(name: str) -> list[str]:
    (block,) = re.findall(rf"^{name}:\n((?:  .+\n)+)", TEXT, re.MULTILINE)
    return [json.loads(text) for text in re.findall(r'"[^"]+"', block)]


def test_the_citation_is_the_catalogues(checked: Checked):
    facts, catalog = checked.facts, checked.graphs["catalog"]
    assert field("cff-version") == "1.2.0"
    assert field("type") == "dataset"
    assert field("title") == facts.title
    assert field("abstract") == facts.description
    assert field("version") == facts.version
    assert field("date-released") == facts.issued
    assert field("url") == facts.iri
    assert LICENCES[field("license")] == facts.license
    dataset = ox.NamedNode(facts.iri)
    (creator,) = objects(catalog, dataset, DCT.creator)
    (name,) = objects(catalog, creator, FOAF.name)
    assert entries("authors") == [name.value]
    keywords = {keyword.value for keyword in objects(catalog, dataset, DCAT.keyword)}
    assert set(entries("keywords")) == keywords
