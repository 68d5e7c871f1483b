"""The log: lines that nobody has to wait for, for programs and for people."""

from __future__ import annotations

import io
import json
import logging
import queue
import threading

from gcmgraph.serve.operations.log import BoundedQueueHandler, BoundedQueueListener, logging_to


def test_a_record_is_one_line_with_its_fields_and_its_trace() -> None:
    stream = io.StringIO()
    with logging_to("json", stream):
        logging.getLogger("gcmgraph.test").info("one\ntwo", extra={"n": 1})
        error = ValueError("no\nway")
        logging.getLogger("other").error("%s", "failed", exc_info=error)
    first, second = map(json.loads, stream.getvalue().splitlines())
    assert (first["level"], first["message"], first["n"]) == ("info", "one\ntwo", 1)
    assert list(first)[:3] == ["time", "level", "logger"]
    assert first["time"].endswith("+00:00")
    assert (second["level"], second["logger"], second["message"]) == ("error", "other", "failed")
    assert "ValueError: no\nway" in second["trace"]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_people_at_a_terminal_read_plain_lines_and_programs_elsewhere_json() -> None:
    said = {}
    for stream in (Terminal(), io.StringIO()):
        with logging_to("auto", stream):
            logging.getLogger("gcmgraph.test").info("query", extra={"outcome": "ok", "bytes": None})
        said[type(stream)] = stream.getvalue()
    assert said[Terminal].endswith("info    query outcome=ok\n")
    assert json.loads(said[io.StringIO])["outcome"] == "ok"


class Stuck(io.StringIO):
    """A stream that takes nothing until it is told to."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go = threading.Event(), threading.Event()

    def write(self, text: str) -> int:
        self.begun.set()
        self.go.wait(30)
        return super().write(text)


def test_where_nobody_reads_nobody_waits_and_what_is_left_out_is_counted() -> None:
    stream, lines = Stuck(), queue.Queue(10)
    handler = BoundedQueueHandler(lines)
    listener = BoundedQueueListener(lines, logging.StreamHandler(stream))
    listener.start()
    handler.emit(logging.makeLogRecord({"msg": "one"}))
    assert stream.begun.wait(30)
    # One line is being written, ten wait.
    for _ in range(99):
        handler.emit(logging.makeLogRecord({"msg": "one"}))
    assert handler.dropped == 89
    stream.go.set()
    while handler.dropped:
        handler.emit(logging.makeLogRecord({"msg": "one"}))
    listener.stop()
    written = stream.getvalue().splitlines()
    assert len(written) < 100
    assert "left out before" in written[-1]
