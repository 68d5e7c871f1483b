"""Tables open in pandas, and say what their columns mean."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pandas
import pytest

from gcmgraph.errors import GcmGraphError
from gcmgraph.publish.write.tables import write_tables
from gcmgraph.rdf import formats

if TYPE_CHECKING:
    from pathlib import Path

    from example_project import Example

BASE = "https://rivers.example/"
QUERY = "data/tables/river.rq"


def files(example: Example) -> dict[str, bytes]:
    return {fmt.name: data for _, fmt, data in write_tables(example.project, example.check())}


def test_a_table_is_csv(example: Example):
    assert files(example)[formats.TABLE.name].decode() == (
        f"river,name,length,ends\r\n{BASE}id/river/aa,Aa,12,Bé|sea\r\n{BASE}id/river/be,Bé,,sea\r\n"
    )


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


def read(release: Path, noun: str) -> tuple[pandas.DataFrame, dict[str, Any]]:
    table = pandas.read_csv(release / f"tables/{noun}.csv", dtype={"country_code": str})
    return table, json.loads((release / f"tables/{noun}.csv-metadata.json").read_bytes())


def test_every_table_opens_in_pandas_with_the_columns_of_its_metadata(real_release: Path):
    nouns = sorted(path.stem for path in (real_release / "tables").glob("*.csv"))
    assert len(nouns) == 8
    for noun in nouns:
        table, metadata = read(real_release, noun)
        columns = metadata["tableSchema"]["columns"]
        assert list(table.columns) == [column["name"] for column in columns]
        assert all(column["dc:description"].endswith(".") for column in columns)
        assert table.iloc[:, 0].is_unique
        assert metadata["url"] == f"{noun}.csv"


def test_the_rows_are_what_the_sources_say(real_release: Path):
    practices, _ = read(real_release, "practice")
    assert sorted(practices["country_code"]) == ["056", "152", "442", "604", "764", "788"]
    measures, metadata = read(real_release, "measure")
    assert sorted(measures["value"]) == [2, 350, 1200, 9962, 63000]
    (value,) = (c for c in metadata["tableSchema"]["columns"] if c["name"] == "value")
    assert value["datatype"] == "integer"
    objectives, _ = read(real_release, "objective")
    assert list(objectives["number"]) == list(range(1, 24))
