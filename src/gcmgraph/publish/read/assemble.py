"""The project's Turtle files, parsed into their named graphs.

Blank nodes are refused where people write about things: nothing in a release is a blank node, and a
name is easily given. Ontology, shapes and catalogue need them (SHACL's lists and paths): there each
becomes an IRI (RDF 1.1 Concepts, 3.5), numbered by RDFC-1.0 so that no order of files or hash seed
changes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from gcmgraph.errors import ProjectError, RdfSyntaxError
from gcmgraph.project import CATALOG, CURATION, ONTOLOGY, REFERENCE, REPORT, SHAPES, Project
from gcmgraph.publish.read.files import syntax_error
from gcmgraph.publish.read.locate import Locator, first_blank_node, relative
from gcmgraph.rdf.graphs import Graph, Node, Term, objects, quads, subjects
from gcmgraph.rdf.namespaces import DCAT, DCT, PREFIXES, RDF, SH, VANN, VOID, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_BLANK_NODES_ALLOWED: Final = frozenset({ONTOLOGY, SHAPES, CATALOG})
_LOOKED_INTO: Final = {
    name: rank
    for rank, name in enumerate((REFERENCE, CURATION, ONTOLOGY, SHAPES, CATALOG), start=1)
}
_STEM: Final = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")
#: Names of a release's other files.
_TAKEN: Final = frozenset({ONTOLOGY, SHAPES, REPORT})
_VERSION: Final = re.compile(r"[A-Za-z0-9]+(?:[.+_-][A-Za-z0-9]+)*")
_PREFIX: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]*")


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """What the hand-written catalogue says of the dataset.

    ``base`` is the IRI below which the project names things, ``name`` the stem of the dump files.
    """

    iri: str
    title: str
    description: str
    license: str
    issued: str
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
    written: dict[str, Graph] = {
        name: set().union(*(_parse(path, project.root, name) for path in paths))
        for name, paths in files.items()
    }
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


def _parse(path: Path, root: Path, graph: str) -> Graph:
    where = relative(path, root)
    data = path.read_bytes()
    try:
        # Renamed, since a label means nothing beyond its file.
        triples = {
            q.triple for q in ox.parse(data, format=ox.RdfFormat.TURTLE, rename_blank_nodes=True)
        }
    except SyntaxError as error:
        raise syntax_error(where, error) from None
    if graph not in _BLANK_NODES_ALLOWED and any(_is_blank(t) for t in triples):
        line = first_blank_node(data.decode("utf-8"))
        raise RdfSyntaxError(
            f"{where}, line {line}: a blank node stands here; give the thing an IRI, so that "
            "others can point at it."
        )
    return triples


def _is_blank(t: ox.Triple) -> bool:
    return isinstance(t.subject, ox.BlankNode) or isinstance(t.object, ox.BlankNode)


def _dataset_facts(graph: Graph, where: str) -> DatasetFacts:
    datasets = subjects(graph, RDF.type, DCAT.Dataset)
    if len(datasets) != 1:
        raise ProjectError(
            f"{where} must describe one dcat:Dataset that has an IRI; it describes {len(datasets)}."
        )
    iri = datasets[0]

    def values(predicate: str, name: str, kind: type[ox.NamedNode | ox.Literal]) -> list[str]:
        found = objects(graph, ox.NamedNode(iri), predicate)
        fitting = [v for v in found if isinstance(v, kind)]
        if not fitting or len(fitting) != len(found):
            kind_of_value = "an IRI" if kind is ox.NamedNode else "a text"
            raise ProjectError(f"{where}: the dataset <{iri}> needs {name}, {kind_of_value}.")
        # Of several languages, English goes into the manifest; the graph keeps all.
        fitting.sort(key=lambda v: (getattr(v, "language", None) not in ("en", None), str(v)))
        return [v.value for v in fitting]

    def one(
        predicate: str, name: str, kind: type[ox.NamedNode | ox.Literal], form: re.Pattern[str]
    ) -> str:
        found = values(predicate, name, kind)
        if len(found) != 1 or not form.fullmatch(found[0]):
            raise ProjectError(
                f"{where}: the dataset <{iri}> needs exactly one {name} of the form "
                f"{form.pattern}; it has {', '.join(f'“{value}”' for value in found)}."
            )
        return found[0]

    name = one(VANN.preferredNamespacePrefix, "vann:preferredNamespacePrefix", ox.Literal, _STEM)
    if name in _TAKEN:
        raise ProjectError(
            f"{where}: “{name}” cannot be the vann:preferredNamespacePrefix, since a file of the "
            "release has that name."
        )
    return DatasetFacts(
        iri=iri,
        title=values(DCT.title, "dct:title", ox.Literal)[0],
        description=values(DCT.description, "dct:description", ox.Literal)[0],
        license=one(DCT.license, "dct:license", ox.NamedNode, re.compile(r"https?://.+")),
        issued=one(DCT.issued, "dct:issued", ox.Literal, re.compile(r"\d{4}-\d\d-\d\d")),
        version=one(DCAT.version, "dcat:version", ox.Literal, _VERSION),
        base=one(VOID.uriSpace, "void:uriSpace", ox.Literal, re.compile(r"https?://\S+[/#]")),
        name=name,
    )


def _prefixes(ontology: Graph, where: str) -> dict[str, str]:
    """Return the standards' prefixes and those the ontology declares (SHACL, 5.2.1)."""
    declared: dict[str, str] = {}
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
        ):
            raise ProjectError(
                f"{where}: every sh:declare needs one sh:prefix (a text) and one sh:namespace "
                "(an xsd:anyURI)."
            )
        name, space = names[0].value, spaces[0].value
        if PREFIXES.get(name, space) != space or declared.get(name, space) != space:
            raise ProjectError(f"{where}: the prefix {name}: is declared for two namespaces.")
        declared[name] = space
    return dict(sorted((PREFIXES | declared).items()))


def declarations(graphs: Mapping[str, Graph]) -> Graph:
    """Return the ontology's prefix declarations, which SPARQL constraints in shapes refer to."""
    terms = {SH.declare, SH.prefix, SH.namespace}
    return {t for t in graphs[ONTOLOGY] if t.predicate.value in terms}
