"""A newer release is taken up without dropping a request; one that is torn changes nothing."""

from __future__ import annotations

import signal
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from gcmgraph.errors import ServerError
from gcmgraph.serve.process.notice import Notice, ask_to_reload
from processes import COUNT, LONG, Server, reload, running, turn, wait_until_busy
from releases import reword, write_release

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
    assert not list(current.parent.glob(".serving-*"))


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


def test_reload_says_where_no_server_is(tmp_path: Path) -> None:
    (tmp_path / ".serving-8000.json").write_text('{"pid": 1, "reloads": 0}', "utf-8")
    with pytest.raises(ServerError, match="No server"):
        ask_to_reload(tmp_path / "current", None, 1)


def test_a_notice_is_one_servers_alone(tmp_path: Path) -> None:
    notice = Notice(tmp_path / "current", 8000)
    with pytest.raises(OSError, match=r"."):
        Notice(tmp_path / "current", 8000)
    notice.close()
    Notice(tmp_path / "current", 8000).close()
