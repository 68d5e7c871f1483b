"""The ontology is in OWL 2 DL and loads where people load it; the graph has no contradiction."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import owlready2
import owlrl
import pyhornedowl
import pytest
import rdflib
import reasonable
from rdflib import OWL, RDF, URIRef

from gcmgraph.publish.write.dumps import write_triples
from gcmgraph.rdf import formats

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gcmgraph.publish.pipeline import Checked

#: Where Debian's libowlapi-java puts the OWL API and what it needs.
JARS = Path("/usr/share/java")
#: Ways to log, of which it bears one only.
LOGGING = ("slf4j", "log4j", "logback", "jcl", "osgidistribution")

ONTOLOGY = "https://w3id.org/gcmgraph/ontology"
PRACTICE = "https://w3id.org/gcmgraph/id/practice/peru-cash-transfers"


@pytest.fixture
def ontology(checked: Checked, tmp_path: Path) -> Path:
    path = tmp_path / "ontology.rdf"
    graph = checked.graphs["ontology"]
    path.write_bytes(write_triples(graph, formats.RDFXML, checked.prefixes, checked.context))
    return path


def violations(path: Path) -> list[str]:
    """Return what keeps the ontology in a file out of OWL 2 DL."""
    found = [jar for jar in JARS.glob("*.jar") if not any(word in jar.name for word in LOGGING)]
    jars = [JARS / "slf4j-api.jar", JARS / "slf4j-nop.jar", JARS / "jcl-over-slf4j.jar", *found]
    source = Path(__file__).with_name("Owl2DlProfile.java")
    command = ["java", "-cp", ":".join(map(str, jars)), str(source), str(path)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    return ran.stdout.splitlines()


@pytest.mark.slow
@pytest.mark.skipif(
    not shutil.which("javac") or not (JARS / "owlapi-api.jar").exists(),
    reason="needs the OWL API: apt-get install libowlapi-java default-jdk-headless",
)
def test_the_ontology_is_in_owl_2_dl(ontology: Path):
    assert violations(ontology) == []
    text = ontology.read_text("utf-8")
    reserved = (
        '<rdfs:subClassOf rdf:resource="http://www.w3.org/1999/02/22-rdf-syntax-ns#Property"/>'
    )
    node = f'<rdf:Description rdf:about="{ONTOLOGY}#Practice">{reserved}</rdf:Description>'
    ontology.write_text(text.replace("</rdf:RDF>", f"{node}</rdf:RDF>"), "utf-8")
    assert violations(ontology)


def test_it_loads_in_owlready2(ontology: Path):
    world = owlready2.World()
    with ontology.open("rb") as file:
        loaded = world.get_ontology(ONTOLOGY).load(fileobj=file, only_local=True)
    names = {entity.name for entity in loaded.classes()}
    assert {"Practice", "Objective", "Measure"} <= names


def test_it_loads_in_horned_owl(ontology: Path):
    loaded = pyhornedowl.open_ontology(str(ontology), "rdf")
    assert f"{ONTOLOGY}#Practice" in set(loaded.get_classes())


def owlrl_contradictions(graph: rdflib.Graph) -> list[str]:
    expanded = rdflib.Graph() + graph
    owlrl.DeductiveClosure(owlrl.OWLRL_Semantics).expand(expanded)
    return [str(o) for _, p, o in expanded if str(p).endswith("#error")]


def reasonable_contradictions(graph: rdflib.Graph) -> list[str]:
    """Return what is of two classes that exclude each other, or of none (cax-dw, cls-nothing2)."""
    reasoner = reasonable.PyReasoner()
    reasoner.from_graph(graph)
    expanded = rdflib.Graph()
    for triple in reasoner.reason():
        expanded.add(triple)
    members: dict[object, set[object]] = {}
    for thing, kind in expanded.subject_objects(RDF.type):
        members.setdefault(kind, set()).add(thing)
    both: Iterable[object] = members.get(OWL.Nothing, set()).union(
        *(
            members.get(one, set()) & members.get(other, set())
            for one, other in expanded.subject_objects(OWL.disjointWith)
        )
    )
    return sorted(map(str, both))


@pytest.mark.parametrize("contradictions", [owlrl_contradictions, reasonable_contradictions])
def test_the_graph_contradicts_itself_nowhere(checked: Checked, contradictions):
    graph = rdflib.Graph()
    graph.parse(
        data=write_triples(checked.default, formats.NTRIPLES, {}, checked.context), format="nt"
    )
    assert contradictions(graph) == []
    graph.add((URIRef(PRACTICE), RDF.type, URIRef(f"{ONTOLOGY}#Measure")))
    assert any(PRACTICE in found for found in contradictions(graph))
