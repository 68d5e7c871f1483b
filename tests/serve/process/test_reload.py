"""A newer release is taken up without dropping a request; one that is torn changes nothing."""

from __future__ import annotations

import json
import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import httpx
import pytest

from processes import COUNT, LONG, Server, command, reload, running, turn, wait_until_busy
from sample_release import reword, write_release

if TYPE_CHECKING:
    from pathlib import Path

EXTRA = "<x:s> <x:p> <x:o> .\n"


@pytest.fixture
def current(tmp_path: Path) -> Path:
    """A link to a release; another, ``two``, lies beside it."""
    write_release(tmp_path / "one")
    write_release(tmp_path / "two", EXTRA)
    (tmp_path / "current").symlink_to("one")
    return tmp_path / "current"


def count(server: Server) -> int:
    return int(server.ask(COUNT).text.split()[1])


def test_a_newer_release_is_taken_up_while_queries_run(current: Path) -> None:
    with running(current, query_time=60, workers=2) as server, ThreadPoolExecutor() as threads:
        before = server.descendants()
        first = server.ask(COUNT).headers["X-Release"]
        asked = threads.submit(server.ask, LONG)
        wait_until_busy(server)
        turn(current, "two")
        done = reload(current)
        assert (done.returncode, done.stderr) == (0, "")
        assert count(server) == 30
        second = server.ask(COUNT).headers["X-Release"]
        assert second != first
        assert second in done.stdout
        # What the old release began, it ended.
        answered = asked.result()
        assert answered.headers["X-Release"] == first
        assert answered.text.split()[1] == str(3 * 29**4)
        end = time.monotonic() + 20
        while set(before) & set(server.descendants()):
            assert time.monotonic() < end
            time.sleep(0.05)
        assert 'gcmgraph_reloads_total{outcome="taken"} 1.0' in server.client.get("/metrics").text
        # Nothing new is no fault.
        again = reload(current)
        assert again.returncode == 0
        assert "already" in again.stdout
        status, log = server.end(signal.SIGTERM)
    assert status == 0
    assert [line["outcome"] for line in log if line["message"] == "reload"] == ["taken", "same"]


def test_the_same_statements_with_other_words_are_taken_up(current: Path) -> None:
    with running(current, workers=1) as server:
        assert "Another word" not in server.client.get("/ontology.ttl").text
        write_release(current.parent / "three")
        reword(current.parent / "three")
        turn(current, "three")
        assert "is served now" in reload(current).stdout
        assert "Another word" in server.client.get("/ontology.ttl").text


def test_a_torn_release_is_refused_and_the_old_one_serves_on(current: Path) -> None:
    (current.parent / "two" / "park.nt").write_text("torn", "utf-8")
    with running(current, workers=1) as server:
        turn(current, "two")
        done = reload(current)
        assert done.returncode == 12
        assert "park.nt is not what was released" in done.stdout
        turn(current, "nowhere")
        assert "is no release" in reload(current).stdout
        assert count(server) == 29
        log = [line for line in server.end(signal.SIGTERM)[1] if line["message"] == "reload"]
    assert [(line["level"], line["outcome"]) for line in log] == [("error", "refused")] * 2
    assert "is served as before" in log[0]["detail"]


def test_no_request_fails_while_releases_change(current: Path) -> None:
    with running(current, workers=2) as server, ThreadPoolExecutor() as threads:
        changing = True

        def asking(client: int) -> list[int]:
            found = []
            while changing:
                # Each text is new, so that no cache answers.
                text = f"{COUNT} # {client} {len(found)}\nLIMIT {len(found) + 1}"
                answer = server.ask(text)
                assert answer.status_code == 200, answer.text
                found.append(int(answer.text.split()[1]))
            return found

        asked = [threads.submit(asking, client) for client in range(3)]
        try:
            for target in ("two", "one", "two"):
                turn(current, target)
                assert reload(current).returncode == 0
        finally:
            changing = False
        counts = [n for one in asked for n in one.result()]
    assert set(counts) == {29, 30}


def test_a_permalink_outlives_the_next_release(current: Path) -> None:
    with running(current, workers=1) as server:
        first = server.ask(COUNT)
        link = first.links["cite-as"]["url"]
        turn(current, "two")
        assert reload(current).returncode == 0
        assert count(server) == 30
        again = server.client.get(link, headers={"Accept": "text/csv"})
        assert (again.status_code, again.text) == (200, first.text)
        for name in ("x-release", "etag"):
            assert again.headers[name] == first.headers[name]
        # So is everything else of that release: its documents, its files.
        old = {"release": first.headers["X-Release"]}
        assert server.client.get("/x:s", params=old).status_code == 404
        assert server.client.get("/download/park.nt", params=old).text.count("\n") == 29
        assert server.client.get("/download/park.nt").text.count("\n") == 30


def test_a_bounded_number_of_releases_is_open_and_the_least_used_is_closed(tmp_path: Path) -> None:
    names = ("one", "two", "three", "four")
    identities = {
        name: write_release(tmp_path / name, f"<x:{name}> <x:p> <x:o> .\n").identity
        for name in names
    }
    (tmp_path / "current").symlink_to("one")
    with running(tmp_path / "current", workers=1, releases_open=2) as server:
        for name in (*names, "two"):
            asked = {"query": f"ASK {{ <x:{name}> ?p ?o }}", "format": "csv"}
            answer = server.client.get("/sparql", params={**asked, "release": identities[name]})
            assert (answer.text, answer.headers["X-Release"]) == ("true", identities[name])
            assert "gcmgraph_releases_open 3" not in server.client.get("/metrics").text
        unknown = server.client.get("/sparql", params={"query": "ASK {}", "release": "0" * 12})
        assert unknown.status_code == 404
        kept = {one["release"] for one in unknown.json()["kept"]}
        assert kept == set(identities.values())


def test_the_serving_process_needs_no_right_to_write_beside_the_releases(current: Path) -> None:
    before = sorted(current.parent.iterdir())
    with running(current, workers=1) as server:
        turn(current, "two")
        assert reload(current).returncode == 0
        assert sorted(current.parent.iterdir()) == before
        assert server.end(signal.SIGTERM)[0] == 0


def test_status_says_what_is_served(current: Path) -> None:
    with running(current, workers=1) as server:
        said = command("status", current)
        assert said.returncode == 0
        assert server.ask(COUNT).headers["X-Release"][:12] in said.stdout
        assert f"process {server.process.pid}" in said.stdout
        (told,) = command("status", current, "--json").stdout.splitlines()
        assert json.loads(told)["triples"] == 29


@pytest.mark.parametrize("verb", ["reload", "status"])
def test_where_no_server_is_that_is_said(tmp_path: Path, verb: str) -> None:
    said = command(verb, tmp_path / "current")
    assert said.returncode == 12
    assert "No server of" in said.stderr


def test_figures_can_have_a_port_of_their_own(current: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with running(current, workers=1, metrics_port=port) as server:
        assert server.client.get("/metrics").status_code == 404
        assert "gcmgraph_ready 1.0" in httpx.get(f"http://127.0.0.1:{port}/metrics").text
