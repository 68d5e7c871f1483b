"""Reads results in every format of the suite, each by its own specification, and compares them.

Whatever it was written in, a result becomes a graph: a blank node for each different solution,
with how often it comes, and in what place where the order counts. Two results are the same where
their graphs are isomorphic. What the service writes is read here by no code of the service.
"""

from __future__ import annotations

import contextlib
import csv
import io
import json
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

RS = "http://www.w3.org/2001/sw/DataAccess/tests/result-set#"
SRX = "{http://www.w3.org/2005/sparql-results#}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
TYPE = ox.NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")

XSD = "http://www.w3.org/2001/XMLSchema#"

#: How a value of a datatype is spelled, where it can be in several ways (XSD 1.1 part 2 §3.3).
_SPELLINGS: dict[str, Callable[[str], object]] = {
    "integer": int,
    "decimal": lambda text: Decimal(text).normalize() + 0,
    "double": float,
    "float": float,
    "boolean": {"true": "true", "1": "true", "false": "false", "0": "false"}.__getitem__,
}

Term = ox.NamedNode | ox.BlankNode | ox.Literal
Solution = frozenset[tuple[str, Term]]

MEDIA_TYPES = {
    ".srx": "application/sparql-results+xml",
    ".srj": "application/sparql-results+json",
    ".csv": "text/csv",
    ".tsv": "text/tab-separated-values",
}
TURTLE = "text/turtle"


def read(body: bytes, media_type: str, *, ordered: bool = False) -> ox.Dataset:
    """Return the result that a response holds, to be compared with others."""
    if media_type == TURTLE:
        # A result that is a graph; relative IRIs have no base in a response.
        return canonical(quad.triple for quad in ox.parse(body, format=ox.RdfFormat.TURTLE))
    return _canonical_solutions(*_READERS[media_type](body), ordered=ordered)


def expected(file: Path, base: str) -> tuple[ox.Dataset, str, bool]:
    """Return the right result, the media type to ask for, and whether the order counts."""
    if media_type := MEDIA_TYPES.get(file.suffix):
        return read(file.read_bytes(), media_type), media_type, False
    graph = ox.Dataset(ox.parse(path=file, base_iri=base))
    if not any(graph.quads_for_predicate(ox.NamedNode(RS + "resultVariable"))):
        return canonical(quad.triple for quad in graph), TURTLE, False
    ordered = any(graph.quads_for_predicate(ox.NamedNode(RS + "index")))
    result = _canonical_solutions(*_from_result_set(graph), ordered=ordered)
    return result, MEDIA_TYPES[".srj"], ordered


def canonical(triples: Iterable[ox.Triple]) -> ox.Dataset:
    """Return a graph with blank nodes named by where they stand."""
    dataset = ox.Dataset(ox.Quad(*triple) for triple in triples)
    dataset.canonicalize(ox.CanonicalizationAlgorithm.UNSTABLE)
    return dataset


def _canonical_solutions(
    variables: list[str], solutions: list[Solution] | bool, *, ordered: bool
) -> ox.Dataset:
    head = ox.BlankNode()
    triples = [ox.Triple(head, _name("variable"), ox.Literal(name)) for name in variables]
    if isinstance(solutions, bool):
        triples.append(ox.Triple(head, _name("boolean"), ox.Literal(solutions)))
        return canonical(triples)
    counted = [(s, i) for i, s in enumerate(solutions)] if ordered else Counter(solutions).items()
    for solution, number in counted:
        row = ox.BlankNode()
        triples.append(ox.Triple(row, _name("number"), ox.Literal(number)))
        triples += [ox.Triple(row, _name(f"value-of-{name}"), term) for name, term in solution]
    return canonical(triples)


def _name(local: str) -> ox.NamedNode:
    return ox.NamedNode(f"urn:result:{local}")


def _json(body: bytes) -> tuple[list[str], list[Solution] | bool]:
    """SPARQL 1.1 Query Results JSON Format."""
    results = json.loads(body)
    if "boolean" in results:
        return [], results["boolean"]

    def term(value: dict[str, str]) -> Term:
        if value["type"] == "uri":
            return ox.NamedNode(value["value"])
        if value["type"] == "bnode":
            return _blank(value["value"])
        assert value["type"] in ("literal", "typed-literal"), value
        return _literal(value["value"], value.get("datatype"), value.get("xml:lang"))

    rows = [
        frozenset((name, term(value)) for name, value in row.items())
        for row in results["results"]["bindings"]
    ]
    return results["head"]["vars"], rows


def _xml(body: bytes) -> tuple[list[str], list[Solution] | bool]:
    """SPARQL Query Results XML Format."""
    root = ET.fromstring(body)
    if (boolean := root.find(f"{SRX}boolean")) is not None:
        return [], {"true": True, "false": False}[boolean.text.strip()]

    def term(value: ET.Element) -> Term:
        text = value.text or ""
        if value.tag == f"{SRX}uri":
            return ox.NamedNode(text)
        if value.tag == f"{SRX}bnode":
            return _blank(text)
        assert value.tag == f"{SRX}literal", value.tag
        return _literal(text, value.get("datatype"), value.get(LANG))

    rows = [
        frozenset((b.attrib["name"], term(b[0])) for b in result.iterfind(f"{SRX}binding"))
        for result in root.iterfind(f"{SRX}results/{SRX}result")
    ]
    return [v.attrib["name"] for v in root.iterfind(f"{SRX}head/{SRX}variable")], rows


def _csv(body: bytes) -> tuple[list[str], list[Solution] | bool]:
    """SPARQL 1.1 Query Results CSV: values without their types, and nothing where unbound."""
    head, *rows = csv.reader(io.StringIO(body.decode(), newline=""), strict=True)

    def term(text: str) -> ox.BlankNode | ox.Literal:
        return _blank(text[2:]) if text.startswith("_:") else ox.Literal(text)

    return head, [frozenset(zip(head, map(term, row), strict=True)) for row in rows if row]


def _tsv(body: bytes) -> tuple[list[str], list[Solution] | bool]:
    """SPARQL 1.1 Query Results TSV: terms as in Turtle, and nothing where unbound."""
    head, *rows = (line.split("\t") for line in body.decode().rstrip("\n").split("\n"))

    def term(text: str) -> Term:
        if text.startswith("_:"):
            return _blank(text[2:])
        (quad,) = ox.parse(f"<urn:s> <urn:p> {text} .", format=ox.RdfFormat.TURTLE)
        return _valued(quad.object)

    return [name.removeprefix("?") for name in head], [
        frozenset(
            (name.removeprefix("?"), term(text))
            for name, text in zip(head, row, strict=True)
            if text
        )
        for row in rows
    ]


_READERS = {
    MEDIA_TYPES[".srj"]: _json,
    MEDIA_TYPES[".srx"]: _xml,
    MEDIA_TYPES[".csv"]: _csv,
    MEDIA_TYPES[".tsv"]: _tsv,
}


def _from_result_set(graph: ox.Dataset) -> tuple[list[str], list[Solution] | bool]:
    """Results as RDF, in the vocabulary of the test suites."""

    def objects(subject: ox.BlankNode, name: str) -> Iterator:
        return (
            q.object for q in graph.quads_for_subject(subject) if q.predicate.value == RS + name
        )

    (result,) = (
        q.subject for q in graph.quads_for_predicate(TYPE) if q.object.value == RS + "ResultSet"
    )
    variables = [name.value for name in objects(result, "resultVariable")]
    solutions = sorted(
        objects(result, "solution"),
        key=lambda s: next((int(i.value) for i in objects(s, "index")), 0),
    )
    return variables, [
        frozenset(
            (next(objects(b, "variable")).value, _valued(next(objects(b, "value"))))
            for b in objects(solution, "binding")
        )
        for solution in solutions
    ]


def _blank(label: str) -> ox.BlankNode:
    return ox.BlankNode("b" + label.encode().hex())


def _literal(value: str, datatype: str | None, language: str | None) -> ox.Literal:
    if language:
        return ox.Literal(value, language=language)
    return _valued(ox.Literal(value, datatype=ox.NamedNode(datatype) if datatype else None))


def _valued(term: Term) -> Term:
    """Return a literal in one spelling of its value: the suite has 2.0 where others say 2."""
    if isinstance(term, ox.Literal) and not term.language:
        normal = _SPELLINGS.get(term.datatype.value.removeprefix(XSD), str)
        # A literal that is none of its datatype stays as it is written.
        with contextlib.suppress(ArithmeticError, ValueError, KeyError):
            return ox.Literal(str(normal(term.value)), datatype=term.datatype)
    return term
