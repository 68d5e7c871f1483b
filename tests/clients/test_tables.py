"""Programs that take an address: pandas and curl."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from urllib.parse import urlencode

import pandas as pd
import pytest

ROOT = Path(__file__).parents[2]
QUERY = ROOT / "data" / "queries" / "practices-by-country.rq"
EXPECTED = ROOT / "tests" / "queries" / "expected" / "practices-by-country.csv"

needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="there is no curl")


def curl(*arguments: str) -> bytes:
    return subprocess.run(["curl", "-sSf", *arguments], check=True, capture_output=True).stdout


def test_pandas_reads_a_table_from_an_address(address: str) -> None:
    url = f"{address}?{urlencode({'query': QUERY.read_text('utf-8'), 'format': 'csv'})}"
    pd.testing.assert_frame_equal(pd.read_csv(url), pd.read_csv(EXPECTED))


def test_pandas_knows_numbers_and_gaps(address: str) -> None:
    query = "SELECT * { VALUES (?n ?x) { (1 2.5) (2 UNDEF) } }"
    table = pd.read_csv(f"{address}?{urlencode({'query': query, 'format': 'csv'})}")
    assert table["n"].sum() == 3
    assert table["x"].isna().tolist() == [False, True]


@needs_curl
def test_curl_as_the_readme_has_it(address: str) -> None:
    answer = curl(address, "-H", "Accept: text/csv", "--data-urlencode", f"query@{QUERY}")
    assert answer.decode().splitlines() == EXPECTED.read_text("utf-8").splitlines()


@needs_curl
@pytest.mark.parametrize("compressed", [[], ["--compressed"]])
def test_curl_is_given_json(address: str, compressed: list[str]) -> None:
    answer = curl(*compressed, "-G", address, "--data-urlencode", "query=ASK {}")
    assert json.loads(answer)["boolean"] is True
