"""The tables of the real project open in pandas and hold what the sources say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas

from gcmgraph.project import Project
from rdflib_tables import both

if TYPE_CHECKING:
    import pytest

    from gcmgraph.publish.pipeline import Checked


def read(release: Path, name: str) -> tuple[pandas.DataFrame, dict[str, Any]]:
    table = pandas.read_csv(release / f"tables/{name}.csv", dtype={"country_code": str})
    return table, json.loads((release / f"tables/{name}.csv-metadata.json").read_bytes())


def test_every_table_opens_in_pandas_with_the_columns_of_its_metadata(real_release: Path):
    names = sorted(path.stem for path in (real_release / "tables").glob("*.csv"))
    assert {"action", "measure", "objective", "organization", "practice"} <= set(names)
    for name in names:
        table, metadata = read(real_release, name)
        columns = metadata["tableSchema"]["columns"]
        assert list(table.columns) == [column["name"] for column in columns]
        assert all(column["dc:description"].endswith(".") for column in columns)
        assert table.iloc[:, 0].is_unique
        assert metadata["url"] == f"{name}.csv"


def test_the_rows_are_what_the_sources_say(real_release: Path):
    practices, _ = read(real_release, "practice")
    assert {"056", "152", "442", "604", "764", "788"} <= set(practices["country_code"])
    measures, metadata = read(real_release, "measure")
    assert {2, 350, 1200, 9962, 63000} <= set(measures["value"])
    (value,) = (c for c in metadata["tableSchema"]["columns"] if c["name"] == "value")
    assert value["datatype"] == "integer"
    objectives, _ = read(real_release, "objective")
    assert list(objectives["number"]) == list(range(1, 24))


def test_another_engine_computes_the_same_tables(
    checked: Checked, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = both(Project.open(Path(__file__).parents[2]), checked, monkeypatch)
    assert len(found) >= 5
    for name, (ours, theirs) in found.items():
        assert ours == theirs, name
