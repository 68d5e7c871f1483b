"""The project's Turtle files, parsed into their named graphs.

Blank nodes are refused where people write about things: nothing in a release is a blank node, and a
name is easily given. Ontology, shapes and catalogue need them (SHACL's lists and paths): there each
becomes an IRI (RDF 1.1 Concepts, 3.5), numbered by RDFC-1.0 so that no order of files or hash seed
changes it.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from gcmgraph.errors import Fault, ProjectError, RdfSyntaxError, refuse
from gcmgraph.project import CATALOG, CURATION, ONTOLOGY, REFERENCE, REPORT, SHAPES, Project
from gcmgraph.publish.read.files import beyond_rdf11, decoded, read_bytes, syntax_error
from gcmgraph.publish.read.locate import Locator, relative
from gcmgraph.rdf import turtle
from gcmgraph.rdf.graphs import Graph, Node, Term, objects, quads, subjects
from gcmgraph.rdf.namespaces import DCAT, DCT, PREFIXES, RDF, SH, VANN, VOID, XSD
from gcmgraph.rdf.terms import is_iri

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

_BLANK_NODES_ALLOWED: Final = frozenset({ONTOLOGY, SHAPES, CATALOG})
_LOOKED_INTO: Final = {
    name: rank
    for rank, name in enumerate((REFERENCE, CURATION, ONTOLOGY, SHAPES, CATALOG), start=1)
}
_STEM: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
#: Names of a release's other files, for which those of the whole dataset would be taken.
TAKEN: Final = frozenset(
    {ONTOLOGY, SHAPES, REPORT, CATALOG, "context", "dataset", "search", "void"}
)
_VERSION: Final = re.compile(r"[A-Za-z0-9]+(?:[.+_-][A-Za-z0-9]+)*")
_PREFIX: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """What the hand-written catalogue says of the dataset.

    ``base`` is the IRI below which the project names things, ``name`` the stem of the dump files.
    ``issued`` is the day of the first version, ``changed`` that of this one: its ``dct:modified``,
    or else the same.
    """

    iri: str
    title: str
    description: str
    license: str
    issued: str
    changed: str
    version: str
    base: str
    name: str

    def graph_iri(self, name: str) -> str:
        """Return the IRI of the named graph ``name``."""
        return f"{self.base}graph/{name}"


@dataclass(frozen=True, slots=True)
class Assembled:
    """The parsed project: its graphs by name, without blank nodes.

    ``written_shapes`` are the shapes with their blank nodes: a skolemized SHACL path would read as
    a predicate (SHACL, 2.3.1.1), so engines are given these.
    """

    facts: DatasetFacts
    prefixes: dict[str, str]
    graphs: dict[str, Graph]
    written_shapes: Graph
    locator: Locator


def assemble(project: Project) -> Assembled:
    """Parse every Turtle file of the project into its graph.

    Raises:
        RdfSyntaxError: naming file, line and column, also for a blank node where none may stand.
        ProjectError: where the catalogue does not describe one dataset whole.

    """
    files = project.rdf_files()
    written: dict[str, Graph] = {name: set() for name in files}
    faults: list[Fault] = []
    for name, paths in files.items():
        for path in paths:
            graph, found = _parse(path, project.root, name)
            written[name] |= graph
            faults += found
    refuse(RdfSyntaxError, faults)
    # A thing is looked for first where its source states it.
    order = sorted(files, key=lambda name: (_LOOKED_INTO.get(name, 0), name))
    facts = _dataset_facts(written[CATALOG], relative(project.catalog_file, project.root))
    return Assembled(
        facts=facts,
        prefixes=_prefixes(written[ONTOLOGY], relative(project.ontology, project.root)),
        graphs={
            name: skolemize(graph, f"{facts.base}.well-known/genid/{name}-")
            for name, graph in written.items()
        },
        written_shapes=written[SHAPES],
        locator=Locator(project.root, [path for name in order for path in files[name]]),
    )


def skolemize(graph: Iterable[ox.Triple], stem: str) -> Graph:
    """Return the graph with each blank node replaced by the IRI ``stem`` + its canonical number."""
    dataset = ox.Dataset(quads(graph))
    dataset.canonicalize(ox.CanonicalizationAlgorithm.RDFC_1_0)

    def name_node(node: Node) -> ox.NamedNode:
        if isinstance(node, ox.BlankNode):
            return ox.NamedNode(stem + node.value.removeprefix("c14n"))
        return node

    def name_term(term: Term) -> Term:
        return name_node(term) if isinstance(term, ox.BlankNode) else term

    return {ox.Triple(name_node(q.subject), q.predicate, name_term(q.object)) for q in dataset}


def _parse(path: Path, root: Path, graph: str) -> tuple[Graph, list[Fault]]:
    """Return what a file states, and what is wrong with it."""
    where = relative(path, root)
    data = read_bytes(path)
    try:
        # Renamed, since a label means nothing beyond its file.
        triples = {
            q.triple for q in ox.parse(data, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
        }
    except SyntaxError as error:
        return set(), [Fault(str(syntax_error(where, error)))]
    # The parser does not look into comments.
    text = decoded(data, where, RdfSyntaxError)
    faults = list(beyond_rdf11(triples, where, text))
    if not faults and graph not in _BLANK_NODES_ALLOWED and any(_is_blank(t) for t in triples):
        faults += [
            Fault(
                f"{where}, line {line}: a blank node stands here; give the thing an IRI, so that "
                "others can point at it.",
                "blank",
            )
            for line in turtle.lines(text, "blank")
        ]
    return triples, faults


def _is_blank(t: ox.Triple) -> bool:
    return isinstance(t.subject, ox.BlankNode) or isinstance(t.object, ox.BlankNode)


def _dataset_facts(graph: Graph, where: str) -> DatasetFacts:
    datasets = subjects(graph, RDF.type, DCAT.Dataset)
    if len(datasets) != 1:
        raise ProjectError(
            f"{where} must describe one dcat:Dataset that has an IRI; it describes {len(datasets)}."
        )
    iri = datasets[0]
    faults: list[str] = []

    def values(predicate: str, name: str, kind: type[ox.NamedNode | ox.Literal]) -> list[str]:
        found = objects(graph, ox.NamedNode(iri), predicate)
        fitting = [v for v in found if isinstance(v, kind) and v.value.strip()]
        if not fitting or len(fitting) != len(found):
            kind_of_value = "an IRI" if kind is ox.NamedNode else "a text"
            faults.append(f"{where}: the dataset <{iri}> needs {name}, {kind_of_value}.")
            return []
        # Of several languages, English goes into the manifest; the graph keeps all.
        fitting.sort(key=lambda v: (getattr(v, "language", None) not in ("en", None), str(v)))
        return [v.value for v in fitting]

    def text(predicate: str, name: str) -> str:
        return next(iter(values(predicate, name, ox.Literal)), "")

    def one(
        predicate: str,
        name: str,
        form: str,
        fits: Callable[[str], object],
        kind: type[ox.NamedNode | ox.Literal] = ox.Literal,
    ) -> str:
        found = values(predicate, name, kind)
        if found and (len(found) != 1 or not fits(found[0])):
            faults.append(
                f"{where}: the dataset <{iri}> needs exactly one {name}, {form}; it has "
                f"{', '.join(f'“{value}”' for value in found)}."
            )
        return next(iter(found), "")

    day = "a day such as 2026-01-31"
    issued = one(DCT.issued, "dct:issued", day, _is_day)
    changed = issued
    if objects(graph, ox.NamedNode(iri), DCT.modified):
        changed = one(DCT.modified, "dct:modified", day, _is_day)
    facts = DatasetFacts(
        iri=iri,
        title=text(DCT.title, "dct:title"),
        description=text(DCT.description, "dct:description"),
        license=one(
            DCT.license, "dct:license", "an address on the web", _is_web_address, ox.NamedNode
        ),
        issued=issued,
        changed=changed,
        version=one(
            DCAT.version,
            "dcat:version",
            "words of letters and digits, as 1.2.0",
            _VERSION.fullmatch,
        ),
        base=one(
            VOID.uriSpace,
            "void:uriSpace",
            "an address on the web that ends in “/”, and has no “?” and no “#”",
            lambda base: _is_web_address(base) and base.endswith("/") and not set(base) & set("?#"),
        ),
        name=one(
            VANN.preferredNamespacePrefix,
            "vann:preferredNamespacePrefix",
            "words of lower-case letters and digits joined by hyphens",
            _STEM.fullmatch,
        ),
    )
    if facts.name in TAKEN:
        faults.append(
            f"{where}: “{facts.name}” cannot be the vann:preferredNamespacePrefix, since a file of "
            f"the release has that name, as have {', '.join(sorted(TAKEN - {facts.name}))}."
        )
    refuse(ProjectError, faults)
    return facts


def _is_web_address(text: str) -> bool:
    return text.startswith(("http://", "https://")) and is_iri(text)


def _is_day(text: str) -> bool:
    try:
        return datetime.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def _prefixes(ontology: Graph, where: str) -> dict[str, str]:
    """Return the standards' prefixes and those the ontology declares (SHACL, 5.2.1)."""
    declared: dict[str, str] = {}
    faults: list[Fault] = []
    for node in sorted({t.object for t in ontology if t.predicate.value == SH.declare}, key=str):
        names = objects(ontology, node, SH.prefix)
        spaces = objects(ontology, node, SH.namespace)
        if (
            len(names) != 1
            or len(spaces) != 1
            or not isinstance(names[0], ox.Literal)
            or not isinstance(spaces[0], ox.Literal)
            or spaces[0].datatype.value != XSD.anyURI
            or not _PREFIX.fullmatch(names[0].value)
            or not is_iri(spaces[0].value)
        ):
            faults.append(
                Fault(
                    f"{where}: every sh:declare needs one sh:prefix (a text of letters, digits and "
                    "hyphens) and one sh:namespace (an IRI, as xsd:anyURI)."
                )
            )
            continue
        name, space = names[0].value, spaces[0].value
        if name.lower().startswith("xml"):
            faults.append(
                Fault(f"{where}: the prefix {name}: is XML's own (Namespaces in XML, 3).", "xml")
            )
        if PREFIXES.get(name, space) != space or declared.get(name, space) != space:
            faults.append(
                Fault(f"{where}: the prefix {name}: is declared for two namespaces.", "two")
            )
        declared[name] = space
    refuse(ProjectError, faults)
    return dict(sorted((PREFIXES | declared).items()))


def declarations(graphs: Mapping[str, Graph]) -> Graph:
    """Return the ontology's prefix declarations, which SPARQL constraints in shapes refer to."""
    terms = {SH.declare, SH.prefix, SH.namespace}
    return {t for t in graphs[ONTOLOGY] if t.predicate.value in terms}
