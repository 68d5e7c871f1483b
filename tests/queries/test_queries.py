"""Every example query answers what stands beside it, row by row."""

from __future__ import annotations

import csv
from pathlib import Path

import pyoxigraph as ox
import pytest

from gcmgraph.engine.inline import InlineEngine
from gcmgraph.manifest import Manifest
from gcmgraph.rdf import formats

QUERIES = sorted((Path(__file__).parents[2] / "data" / "queries").glob("*.rq"))
EXPECTED = Path(__file__).parent / "expected"


@pytest.fixture(scope="module")
def manifest(real_release: Path) -> Manifest:
    return Manifest.read(real_release)


@pytest.fixture(scope="module")
def engine(real_release: Path, manifest: Manifest) -> InlineEngine:
    return InlineEngine.open(real_release, manifest)


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(text.splitlines()))


@pytest.fixture(scope="module", autouse=True)
def written(request: pytest.FixtureRequest) -> None:
    """Make the expected rows anew, where that is asked for; whoever asks reads the difference."""
    if request.config.getoption("write_expected"):
        engine = request.getfixturevalue("engine")
        for query in QUERIES:
            answer = engine.answer(query.read_text("utf-8"), formats.RESULTS_CSV)
            lines = answer.decode("utf-8").replace("\r\n", "\n")
            (EXPECTED / f"{query.stem}.csv").write_text(lines, "utf-8")


def test_every_query_has_its_rows():
    assert QUERIES
    assert {q.stem for q in QUERIES} == {e.stem for e in EXPECTED.glob("*.csv")}


@pytest.mark.parametrize("query", QUERIES, ids=lambda q: q.stem)
def test_query(query: Path, engine: InlineEngine):
    answer = engine.answer(query.read_text("utf-8"), formats.RESULTS_CSV)
    expected = rows((EXPECTED / f"{query.stem}.csv").read_text("utf-8"))
    found = rows(answer.decode("utf-8"))
    assert found == expected, "If the new rows are right, “make golden” writes them."
    assert len(expected) > 1


@pytest.mark.parametrize("query", QUERIES, ids=lambda q: q.stem)
def test_query_opens_with_its_question_and_declares_its_prefixes(query: Path):
    lines = query.read_text("utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert lines[0].endswith("?")
    # No prefix is known to the service: a query that works here works elsewhere.
    ox.Store().query(query.read_text("utf-8"))


def test_indicators_joined_with_the_uns_own_file(real_release: Path, manifest: Manifest, un: Path):
    engine = InlineEngine.open(real_release, manifest)
    engine.store.bulk_load(
        path=un / "sdg-kos-goals-targets-indicators.ttl", format=ox.RdfFormat.TURTLE
    )
    query = (QUERIES[0].parent / "indicators-behind-targets.rq").read_text("utf-8")
    answer = engine.answer(query, formats.RESULTS_CSV).decode("utf-8")
    named = {indicator: name for _, indicator, name in rows(answer)[1:]}
    assert len(named) == 30
    assert all(named.values())
    assert named["http://metadata.un.org/sdg/C030802"] == (
        "Proportion of population with large household expenditures on health as a share of "
        "total household expenditure or income"
    )
    # The other questions are not disturbed by the UN's labels and notations beside ours.
    for name in ("goals-and-targets", "all-objectives"):
        query = (QUERIES[0].parent / f"{name}.rq").read_text("utf-8")
        answer = engine.answer(query, formats.RESULTS_CSV).decode("utf-8")
        assert rows(answer) == rows((EXPECTED / f"{name}.csv").read_text("utf-8"))
