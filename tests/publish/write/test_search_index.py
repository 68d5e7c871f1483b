"""What people search lies in the release, and is the same whenever the same is built."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from gcmgraph.publish.write.search_index import write_search_index

if TYPE_CHECKING:
    from pathlib import Path

    from example_project import Example

BASE = "https://rivers.example/"
QUESTIONS = {f"{BASE}queries/rivers": "# Which rivers are there?\n#\n# All of them.\nASK {}\n"}


def test_the_same_things_give_the_same_bytes(example: Example) -> None:
    checked = example.check()
    classes = [f"{BASE}ontology#River"]
    one = write_search_index(checked, classes, QUESTIONS)
    assert one == write_search_index(checked, classes, QUESTIONS)
    # Which library wrote it does not show (SQLite file format, 1.3.17).
    assert one[92:100] == bytes(8)


def test_each_thing_with_a_name_or_words_stands_there_once(
    example: Example, tmp_path: Path
) -> None:
    path = tmp_path / "search.db"
    path.write_bytes(write_search_index(example.check(), [f"{BASE}ontology#River"], QUESTIONS))
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute("SELECT iri, label, kind, summary, place FROM thing").fetchall()
    things = {iri: shown for iri, *shown in rows}
    assert len(things) == len(rows)
    assert things[f"{BASE}id/river/aa"][:2] == ["Aa", "river"]
    assert things[f"{BASE}queries/rivers"][:3] == [
        "Which rivers are there?",
        "Question",
        "All of them.",
    ]
    # An excerpt has no name: its words stand for one. Its selector is a part of it.
    excerpts = [iri for iri in things if "/id/excerpt/" in iri]
    assert excerpts
    assert not [iri for iri in excerpts if "#" in iri]
    assert all(things[iri][0].startswith("“") for iri in excerpts)
    # Rivers come first.
    assert min(things, key=lambda iri: (things[iri][3], iri)).startswith(f"{BASE}id/river/")
