"""Programs that take an address: pandas and curl."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlencode

import pandas as pd
import pytest

from gcmgraph.engine.inline import InlineEngine
from gcmgraph.manifest import Manifest
from gcmgraph.rdf import formats

ROOT = Path(__file__).parents[2]
QUERY = ROOT / "data" / "queries" / "practices-by-country.rq"

needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")


def curl(*arguments: str) -> bytes:
    return subprocess.run(["curl", "-sSf", *arguments], check=True, capture_output=True).stdout


@pytest.fixture(scope="module")
def expected(real_release: Path) -> str:
    """Return the rows as the release itself has them, asked without a server."""
    engine = InlineEngine.open(real_release, Manifest.read(real_release))
    return engine.answer(QUERY.read_text("utf-8"), formats.RESULTS_CSV).decode("utf-8")


def test_pandas_reads_a_table_from_an_address(address: str, expected: str) -> None:
    url = f"{address}?{urlencode({'query': QUERY.read_text('utf-8'), 'format': 'csv'})}"
    pd.testing.assert_frame_equal(pd.read_csv(url), pd.read_csv(io.StringIO(expected)))


def test_pandas_knows_numbers_and_gaps(address: str) -> None:
    query = "SELECT * { VALUES (?n ?x) { (1 2.5) (2 UNDEF) } }"
    table = pd.read_csv(f"{address}?{urlencode({'query': query, 'format': 'csv'})}")
    assert table["n"].sum() == 3
    assert table["x"].isna().tolist() == [False, True]


@needs_curl
def test_curl_as_the_readme_has_it(address: str, expected: str) -> None:
    answer = curl(address, "-H", "Accept: text/csv", "--data-urlencode", f"query@{QUERY}")
    assert answer.decode("utf-8") == expected


@needs_curl
@pytest.mark.parametrize("compressed", [[], ["--compressed"]])
def test_curl_is_given_json(address: str, compressed: list[str]) -> None:
    answer = curl(*compressed, "-G", address, "--data-urlencode", "query=ASK {}")
    assert json.loads(answer)["boolean"] is True
