"""Tables are CSV, and say what their columns mean."""

from __future__ import annotations

import csv
import io
import json
from typing import TYPE_CHECKING

import pytest

from gcmgraph.errors import GcmGraphError, ProjectError
from gcmgraph.publish.write.tables import values_of, write_tables
from gcmgraph.rdf import formats
from rdflib_tables import both

if TYPE_CHECKING:
    from example_project import Example

BASE = "https://rivers.example/"
QUERY = "data/tables/river.rq"
PREFIXES = """
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix id: <https://rivers.example/id/> .
"""


def files(example: Example) -> dict[str, bytes]:
    (table,) = write_tables(example.project, example.check())
    return {formats.TABLE.name: table.csv, formats.CSVW.name: table.metadata}


def test_a_table_is_csv(example: Example):
    assert files(example)[formats.TABLE.name].decode() == (
        f"river,name,length,ends\r\n{BASE}id/river/aa,Aa,12,Bé|sea\r\n{BASE}id/river/be,Bé,,sea\r\n"
    )


def test_several_values_may_be_typed_literals_and_iris(example: Example):
    example.edit(QUERY, "GROUP_CONCAT(?end;", "GROUP_CONCAT(COALESCE(?length, ?river);")
    assert files(example)[formats.TABLE.name].decode().splitlines()[1:] == [
        f"{BASE}id/river/aa,Aa,12,12|12",
        f"{BASE}id/river/be,Bé,,{BASE}id/river/be",
    ]


def test_a_query_may_begin_with_a_byte_order_mark_and_end_lines_in_any_way(example: Example):
    plain = files(example)
    text = (example.root / QUERY).read_text("utf-8")
    example.write(QUERY, "\ufeff" + text.replace("\n", "\r\n"))
    assert files(example) == plain


def test_the_metadata_says_what_columns_hold(example: Example):
    metadata = json.loads(files(example)[formats.CSVW.name])
    assert metadata["url"] == "river.csv"
    assert metadata["dc:title"] == "Rivers"
    schema = metadata["tableSchema"]
    assert (schema["primaryKey"], schema["aboutUrl"]) == ("river", "{+river}")
    river, name, length, ends = schema["columns"]
    assert (river["datatype"], river["required"]) == ("anyURI", True)
    assert (name["lang"], name["dc:description"]) == ("en", "What it is called.")
    assert (length["datatype"], length["dc:description"]) == (
        "integer",
        "How long it is, in whole kilometres.",
    )
    assert (ends["separator"], ends["datatype"]) == ("|", "string")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("# Rivers.\n", "", "must begin with a comment that is the table's title"),
        ("# name: What it is called.\n", "", "say what the column name holds"),
        ("# name: W", "# nom: W", "say what the column name holds"),
        ("# name: W", "# old: O.\n# name: W", "there is no column old"),
        ("SELECT ?river ?name ?length", "SELECT ?length ?name ?river", "must name each row"),
        ("GROUP BY ?river ?name", "GROUP BY ?name", "no SPARQL query"),
        ("a riv:River ;", "a riv:Sea ;", "must name each row"),
        ("  ?river a", "  FILTER(NOW() > 0) ?river a", "NOW may not stand here"),
        (
            "  ?river a",
            "  GRAPH ?g { _:x ?y ?z MINUS { ?x ?y ?z } } ?river a",
            "Line 12: blank nodes .* write variables",
        ),
    ],
)
def test_a_query_at_fault_is_refused(example: Example, old: str, new: str, message: str):
    example.edit(QUERY, old, new)
    with pytest.raises(GcmGraphError, match=rf"river\.rq.*({message})"):
        files(example)


def test_an_update_or_a_question_is_no_table(example: Example):
    example.write(QUERY, "# Rivers\nASK { ?s ?p ?o }\n")
    with pytest.raises(GcmGraphError, match="no SELECT query"):
        files(example)


def cells(example: Example, name: str) -> list[str]:
    rows = csv.DictReader(io.StringIO(files(example)[formats.TABLE.name].decode(), newline=""))
    return [row[name] for row in rows]


def test_several_values_in_a_cell_can_be_taken_apart(example: Example) -> None:
    labels = ["north | warm", "back\\slash", "", "=1+1", "\\p", "|"]
    written = ", ".join(json.dumps(label) + "@en" for label in labels)
    example.write("data/curation.ttl", f"{PREFIXES} id:sea\\/sea rdfs:label {written} .")
    aa, be = cells(example, "ends")
    assert be.endswith("north \\p warm|sea|\\p")
    assert values_of(be, several=True) == sorted([*labels, "sea"])
    assert values_of(aa, several=True) == sorted([*labels, "sea", "Bé"])


def test_several_values_come_in_the_order_of_their_numbers(example: Example) -> None:
    targets = ["1.3", "1.4", "3.8", "11.1", "16.9", "16.10", "16.b"]
    written = ", ".join(json.dumps(target) for target in reversed(targets))
    example.write("data/curation.ttl", f"{PREFIXES} id:sea\\/sea rdfs:label {written} .")
    _, be = cells(example, "ends")
    assert values_of(be, several=True) == [*targets, "sea"]


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "'=1", "'"])
def test_no_spreadsheet_runs_a_cell(example: Example, text: str) -> None:
    example.write(
        "data/curation.ttl", f"{PREFIXES} id:river\\/aa rdfs:comment {json.dumps(text)} ."
    )
    example.edit(QUERY, "rdfs:label ?name", "rdfs:comment ?name")
    (cell,) = cells(example, "name")
    assert cell == "'" + text
    assert values_of(cell, several=False) == [text]
    assert "leave it out" in json.loads(files(example)[formats.CSVW.name])["rdfs:comment"]


def test_a_negative_number_is_a_number_and_a_day_before_christ_is_a_text(example: Example) -> None:
    example.write(
        "data/curation.ttl",
        f'{PREFIXES} id:river\\/aa <urn:x:depth> -5 ; <urn:x:day> "-0044-03-15"^^xsd:date .',
    )
    example.edit(QUERY, "rdfs:label ?name ;", "<urn:x:day> ?name ;")
    example.edit(QUERY, "riv:length ?length", "<urn:x:depth> ?length")
    assert (cells(example, "length"), cells(example, "name")) == (["-5"], ["'-0044-03-15"])
    columns = json.loads(files(example)[formats.CSVW.name])["tableSchema"]["columns"]
    assert [c["datatype"] for c in columns] == ["anyURI", "string", "integer", "string"]


def test_a_column_that_is_empty_in_every_row_is_refused(example: Example) -> None:
    example.edit(QUERY, "riv:length ?length", "riv:lenght ?length")
    example.edit(QUERY, "drainsTo/rdfs:label ?end", "drainsTo ?to OPTIONAL { ?to riv:x ?end }")
    with pytest.raises(ProjectError) as caught:
        files(example)
    assert [line.partition(";")[0] for line in caught.value.details] == [
        f"{QUERY}: the column length is empty in every row",
        f"{QUERY}: the column ends is empty in every row",
    ]


def test_a_column_may_be_empty_where_its_comment_says_so(example: Example) -> None:
    example.edit(QUERY, "riv:length ?length", "riv:lenght ?length")
    example.edit(QUERY, "drainsTo/rdfs:label ?end", "drainsTo ?to OPTIONAL { ?to riv:x ?end }")
    example.edit(QUERY, "# length:", "# length (may be empty):")
    example.edit(QUERY, "# ends (several):", "# ends (several, may be empty):")
    assert cells(example, "ends") == ["", ""]


def test_several_values_that_are_joined_otherwise_are_refused(example: Example) -> None:
    example.edit(QUERY, 'SEPARATOR="|"', 'SEPARATOR=", "')
    with pytest.raises(ProjectError, match=r"river\.rq: join the values"):
        files(example)


def test_a_query_with_a_byte_order_mark_and_crlf_is_read(example: Example) -> None:
    before = files(example)
    path = example.root / QUERY
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert files(example) == before


def test_another_engine_computes_the_same_table(
    example: Example, monkeypatch: pytest.MonkeyPatch
) -> None:
    example.write(
        "data/curation.ttl", f'{PREFIXES} id:sea\\/sea rdfs:label "north | warm"@en, "=1"@en .'
    )
    ours, theirs = both(example.project, example.check(), monkeypatch)["river"]
    assert ours == theirs
    assert ours[1][3] == ["=1", "north | warm", "sea"]
