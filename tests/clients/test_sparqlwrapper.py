"""SPARQLWrapper, in every format that it asks for, by both methods."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
import SPARQLWrapper as SW  # noqa: N814
from rdflib import Graph

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from xml.dom.minidom import Document

    import pyoxigraph as ox

PRACTICE = "<https://w3id.org/gcmgraph/ontology#Practice>"
SELECT = f"SELECT ?practice WHERE {{ ?practice a {PRACTICE} }}"
ASK = f"ASK {{ ?practice a {PRACTICE} }}"
CONSTRUCT = f"CONSTRUCT WHERE {{ ?practice a {PRACTICE} }}"
DESCRIBE = "DESCRIBE <https://w3id.org/gcmgraph/id/objective/15>"

pytestmark = [
    # SPARQLWrapper makes its graphs by a name that rdflib would have it leave, and knows of its
    # format “rdf” only when it reads, not when it asks.
    pytest.mark.filterwarnings("ignore:ConjunctiveGraph:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Sending Accept header '\\*/\\*':RuntimeWarning"),
]
methods = pytest.mark.parametrize("method", [SW.GET, SW.POST])


def from_json(result: dict) -> list[str]:
    return [row["practice"]["value"] for row in result["results"]["bindings"]]


def from_xml(result: Document) -> list[str]:
    return [uri.firstChild.data for uri in result.getElementsByTagName("uri")]


def from_csv(result: bytes) -> list[str]:
    return [row["practice"] for row in csv.DictReader(io.StringIO(result.decode()))]


def from_tsv(result: bytes) -> list[str]:
    return [line.strip("<>") for line in result.decode().splitlines()[1:]]


TABLES = {SW.JSON: from_json, SW.XML: from_xml, SW.CSV: from_csv, SW.TSV: from_tsv}
GRAPHS = {SW.TURTLE: "turtle", SW.N3: "turtle", SW.RDF: "", SW.RDFXML: "", SW.JSONLD: ""}


def ask(address: str, method: str, query: str, format_: str) -> object:
    wrapper = SW.SPARQLWrapper(address, returnFormat=format_)
    wrapper.setMethod(method)
    wrapper.setQuery(query)
    return wrapper.queryAndConvert()


def test_no_format_is_left_out() -> None:
    assert {*TABLES, *GRAPHS} == set(SW.Wrapper._allowedFormats)


@methods
@pytest.mark.parametrize("format_", TABLES)
def test_select(address: str, practices: set[str], method: str, format_: str) -> None:
    read: Callable[..., Collection[str]] = TABLES[format_]
    assert sorted(read(ask(address, method, SELECT, format_))) == sorted(practices)


@methods
@pytest.mark.parametrize("format_", [SW.JSON, SW.XML])
def test_ask(address: str, method: str, format_: str) -> None:
    answer = ask(address, method, ASK, format_)
    if format_ == SW.JSON:
        assert answer["boolean"] is True
    else:
        assert answer.getElementsByTagName("boolean")[0].firstChild.data == "true"


@methods
@pytest.mark.parametrize("format_", GRAPHS)
def test_construct_and_describe(
    address: str, truth: ox.Dataset, practices: set[str], method: str, format_: str
) -> None:
    def graph(query: str) -> Graph:
        answer = ask(address, method, query, format_)
        return Graph().parse(answer, format=GRAPHS[format_]) if GRAPHS[format_] else answer

    assert {str(s) for s in graph(CONSTRUCT).subjects()} == practices
    assert len(graph(DESCRIBE)) > 3


def test_the_default_formats_are_understood(address: str, practices: set[str]) -> None:
    wrapper = SW.SPARQLWrapper(address)
    wrapper.setQuery(SELECT)
    assert set(from_xml(wrapper.queryAndConvert())) == practices


def test_a_bad_query_is_a_bad_query(address: str) -> None:
    with pytest.raises(SW.SPARQLExceptions.QueryBadFormed, match="query-syntax"):
        ask(address, SW.GET, "SELECT nonsense", SW.JSON)
