"""The log: JSON lines that nobody has to wait for."""

from __future__ import annotations

import io
import json
import logging
import os
from typing import TYPE_CHECKING

from gcmgraph.serve.log import JsonLines, Lines, logging_to

if TYPE_CHECKING:
    import pytest


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


def test_where_nobody_reads_nobody_waits(caplog: pytest.LogCaptureFixture) -> None:
    reading, writing = os.pipe()
    with open(writing, "w", encoding="utf-8") as stream:  # noqa: PTH123 - a descriptor
        lines = Lines(stream, most_waiting=10)
        lines.setFormatter(JsonLines())
        record = logging.LogRecord("x", logging.INFO, "", 0, "y" * 10_000, (), None)
        for _ in range(100):
            lines.emit(record)
        # A pipe holds a few of them, the queue ten.
        assert lines.dropped > 50
        os.close(reading)
        lines.close()
