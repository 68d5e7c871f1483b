"""Comunica, which runs in browsers, too: it is given the address and finds out the rest."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest

from gcmgraph.manifest import Manifest

HERE = Path(__file__).parent
NODE = shutil.which("node")
BASE = "https://w3id.org/gcmgraph/"
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
QUOTED = ox.NamedNode("http://www.w3.org/ns/prov#wasQuotedFrom")
SOURCE = ox.NamedNode("http://www.w3.org/ns/oa#hasSource")


needs_comunica = pytest.mark.skipif(
    NODE is None or not (HERE / "node_modules").is_dir(),
    reason="there is no Node.js, or no Comunica, which “make test” installs",
)


def run(script: str, *arguments: str) -> Any:
    """Run a script of this folder, and read what it prints."""
    asked = subprocess.run(
        [str(NODE), HERE / script, *arguments], check=True, capture_output=True, timeout=120
    )
    return json.loads(asked.stdout)


@needs_comunica
def test_comunica(address: str, truth: ox.Dataset, practices: set[str]) -> None:
    assert run("comunica.mjs", address) == {
        "select": [str(len(truth))],
        "ask": True,
        "construct": sorted(practices),
    }


@needs_comunica
def test_links_lead_from_a_thing_to_what_it_names(
    address: str, truth: ox.Dataset, practices: set[str]
) -> None:
    """Comunica asks for N-Quads first, and looks into the default graph."""
    thing = ox.NamedNode(min(practices))
    start = address.removesuffix("sparql") + thing.value.removeprefix(BASE)
    said = list(truth.quads_for_subject(thing))
    found = run("traversal.mjs", start, BASE, f"SELECT DISTINCT ?p ?o {{ {thing} ?p ?o }}")
    values = {(quad.predicate.value, quad.object.value) for quad in said}
    assert {(row["p"], row["o"]) for row in found} == values
    # What the next documents say: where the words are from that the practice was told in.
    text = f"SELECT DISTINCT ?b {{ {thing} {QUOTED} ?a . ?a {SOURCE} ?b }}"
    found = run("traversal.mjs", start, BASE, text)
    sources = {
        quad.object.value
        for told in said
        if told.predicate == QUOTED
        for quad in truth.quads_for_subject(told.object)
        if quad.predicate == SOURCE
    }
    assert {row["b"] for row in found} == sources != set()


@needs_comunica
@pytest.mark.parametrize("path", ["graph/curation", "ontology"])
def test_links_lead_from_a_graph_and_from_the_ontology(
    address: str, real_release: Path, path: str
) -> None:
    manifest = Manifest.read(real_release)
    quads = ox.parse(path=real_release / manifest.dataset("nquads").path)
    triples = {
        (quad.subject.value, quad.object.value)
        for quad in quads
        if quad.graph_name.value == BASE + "graph/" + path.rpartition("/")[2]
        and quad.predicate == TYPE
    }
    start = address.removesuffix("sparql") + path
    found = run("traversal.mjs", start, BASE, f"SELECT ?s ?o {{ ?s {TYPE} ?o }}")
    assert {(row["s"], row["o"]) for row in found} >= triples != set()


def test_the_lock_names_no_registry() -> None:
    lock = json.loads((HERE / "package-lock.json").read_text("utf-8"))
    packages = [package for path, package in lock["packages"].items() if path]
    assert packages
    assert all("integrity" in p and "resolved" not in p for p in packages)
