"""The log: JSON lines that nobody has to wait for."""

from __future__ import annotations

import io
import json
import logging
import threading

from gcmgraph.serve.operations.log import Lines, logging_to


def test_a_record_is_one_line_with_its_fields_and_its_trace() -> None:
    stream = io.StringIO()
    with logging_to(stream):
        logging.getLogger("gcmgraph.test").info("one\ntwo", extra={"fields": {"n": 1}})
        error = ValueError("no\nway")
        logging.getLogger("other").error("%s", "failed", exc_info=error)
    first, second = map(json.loads, stream.getvalue().splitlines())
    assert (first["level"], first["message"], first["n"]) == ("info", "one\ntwo", 1)
    assert first["time"].endswith("+00:00")
    assert (second["level"], second["logger"], second["message"]) == ("error", "other", "failed")
    assert "ValueError: no\nway" in second["trace"]


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
    stream = Stuck()
    lines = Lines(stream, most_waiting=10)
    record = logging.makeLogRecord({"msg": "one"})
    lines.emit(record)
    assert stream.begun.wait(30)
    # One line is being written, ten wait.
    for _ in range(99):
        lines.emit(record)
    assert lines.dropped == 89
    stream.go.set()
    while lines.dropped:
        lines.emit(record)
    lines.close()
    written = stream.getvalue().splitlines()
    assert len(written) < 100
    assert "left out before" in written[-1]
