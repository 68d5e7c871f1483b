"""The log: one JSON object a line, to standard error.

Lines are written by a thread of their own. Whoever reads them may be slow, or stop reading; no
request waits for that. Where too many lines wait, further ones are left out and counted.
"""

from __future__ import annotations

import json
import logging
import queue
import sys
import threading
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

#: Lines that may wait to be written.
_MOST_WAITING: Final = 10_000

#: Seconds in which the last lines can be written.
_LAST_SECONDS: Final = 2.0


class JsonLines(logging.Formatter):
    """Writes a record with its ``fields`` (given as ``extra``) as a JSON object on one line."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line; ``time`` is in UTC."""
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "fields", {}),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


class Lines(logging.Handler):
    """Writes lines to a stream, from a thread of its own; ``dropped`` counts those left out."""

    def __init__(self, stream: TextIO, most_waiting: int = _MOST_WAITING) -> None:
        super().__init__()
        self.dropped = 0
        self._stream = stream
        self._waiting: queue.Queue[str | None] = queue.Queue(most_waiting)
        # It must not keep the process alive when nobody reads.
        self._thread = threading.Thread(target=self._write, daemon=True, name="log")
        self._thread.start()

    def emit(self, record: logging.LogRecord) -> None:
        """Have a record written, unless too many wait."""
        if self.dropped and not self._waiting.full():
            record.msg, record.args = f"{record.getMessage()} ({self.dropped} left out before)", ()
            self.dropped = 0
        try:
            self._waiting.put_nowait(self.format(record))
        except queue.Full:
            self.dropped += 1

    def _write(self) -> None:
        while (line := self._waiting.get()) is not None:
            with suppress(OSError, ValueError):
                self._stream.write(line + "\n")
                self._stream.flush()

    def close(self) -> None:
        """Write what waits, if somebody reads it."""
        with suppress(queue.Full):
            self._waiting.put(None, timeout=_LAST_SECONDS)
            self._thread.join(_LAST_SECONDS)
        super().close()


@contextmanager
def logging_to(stream: TextIO | None = None) -> Iterator[None]:
    """Send all that this process logs to ``stream``, by default standard error."""
    lines = Lines(stream or sys.stderr)
    lines.setFormatter(JsonLines())
    root, ours = logging.getLogger(), logging.getLogger("gcmgraph")
    before = ours.level
    root.addHandler(lines)
    ours.setLevel(logging.INFO)
    try:
        yield
    finally:
        root.removeHandler(lines)
        ours.setLevel(before)
        lines.close()
