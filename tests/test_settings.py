"""The settings: read from the environment, told of in one table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from pydantic import ValidationError

from gcmgraph import errors
from gcmgraph.settings import MIB, Limits, Settings, table

if TYPE_CHECKING:
    from collections.abc import Iterator


def test_a_setting_is_a_variable_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GCMGRAPH_QUERY_TIME", "0.5")
    monkeypatch.setenv("GCMGRAPH_SERVICES", " http://a.test/sparql  http://b.test/ ")
    settings = Settings(query_memory=MIB)
    assert (settings.query_time, settings.query_memory) == (0.5, MIB)
    assert settings.services == {"http://a.test/sparql", "http://b.test/"}
    # The limits of a query are not read from there unless they are a server's.
    assert Limits().query_time == 30


PATHS = [
    ("PUBLIC_URL", value)
    for value in (
        "https://data.example.org/gcm/",
        "https://data.example.org/?x=1",
        "https://data.example.org#x",
        "https://me@data.example.org",
        "data.example.org",
        "ftp://data.example.org",
        "https://",
    )
]


@pytest.mark.parametrize("value", ["https://e.org:8443/", "http://[::1]:8000", "HTTPS://e.org"])
def test_a_public_address_is_an_origin(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("GCMGRAPH_PUBLIC_URL", value)
    assert Settings().public_url == value.rstrip("/")


def test_an_empty_variable_sets_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in Settings.model_fields:
        monkeypatch.setenv(f"GCMGRAPH_{name.upper()}", "")
    assert Settings() == Settings.model_construct()


def test_a_setting_that_makes_no_sense_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (("WORKERS", "0"), ("RELEASES_OPEN", "0"), ("LOG_FORMAT", "xml"), *PATHS):
        monkeypatch.setenv(f"GCMGRAPH_{name}", value)
        with pytest.raises(ValidationError, match=name.lower()):
            Settings()
        monkeypatch.delenv(f"GCMGRAPH_{name}")


def test_one_worker_is_left_to_others() -> None:
    counts = [Limits(workers=n).queries_per_client for n in (1, 2, 5)]
    assert counts == [1, 1, 4]
    assert Limits(workers=5, client_queries=2).queries_per_client == 2


def test_the_table_has_a_row_for_each_setting() -> None:
    rows = {row.variable: row for row in table()}
    assert set(rows) == {f"GCMGRAPH_{name.upper()}" for name in Settings.model_fields}
    assert rows["GCMGRAPH_QUERY_MEMORY"][1:3] == ("1073741824 (1 GiB)", "bytes")
    assert rows["GCMGRAPH_QUEUE_WAIT"][1:3] == ("30", "seconds")
    assert rows["GCMGRAPH_CLIENT_QUERIES"].default == "one less than the workers, at least 1"
    assert rows["GCMGRAPH_LOG_QUERIES"].default == "false"
    assert all(row.description and row.default not in ("None", "") for row in rows.values())


def test_the_limit_of_each_error_is_one() -> None:
    def below(error: type[errors.GcmGraphError]) -> Iterator[type[errors.GcmGraphError]]:
        yield error
        for sub in error.__subclasses__():
            yield from below(sub)

    named = {e.limit for e in below(errors.GcmGraphError)} - {None}
    assert named == {"query_time", "query_memory", "result_bytes", "query_bytes"}
    assert named < set(Limits.model_fields)
    busy = errors.EngineBusyError("Ask later.", "queue_wait")
    assert Limits(queue_wait=2).members(str(busy.limit)) == {
        "limit": 2.0,
        "unit": "seconds",
        "setting": "GCMGRAPH_QUEUE_WAIT",
    }
