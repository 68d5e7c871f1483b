"""Tables are CSV, and say what their columns mean."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from gcmgraph.errors import GcmGraphError
from gcmgraph.publish.write.tables import write_tables
from gcmgraph.rdf import formats

if TYPE_CHECKING:
    from example_project import Example

BASE = "https://rivers.example/"
QUERY = "data/tables/river.rq"


def files(example: Example) -> dict[str, bytes]:
    return {fmt.name: data for _, fmt, data in write_tables(example.project, example.check())}


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
