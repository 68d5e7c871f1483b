"""The log, to standard error: JSON Lines for programs, plain lines for people at a terminal.

Lines are written by a thread of their own. Whoever reads them may be slow, or stop reading; no
request waits for that. Where too many lines wait, further ones are left out and counted.
"""

from __future__ import annotations

import logging
import queue
import sys
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from logging.handlers import QueueHandler, QueueListener
from typing import TYPE_CHECKING, Any, Final

from pythonjsonlogger.json import JsonFormatter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TextIO

#: Lines that may wait to be written.
_MOST_WAITING: Final = 10_000

#: Seconds in which the last lines can be written.
_LAST_SECONDS: Final = 2.0

#: What every record has, and what is shown of it by other means.
_USUAL: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


class JsonLines(JsonFormatter):
    """Writes a record, with what it was given as ``extra``, as a JSON object; times are in UTC."""

    def __init__(self) -> None:
        super().__init__(rename_fields={"exc_info": "trace"}, json_ensure_ascii=False)

    def add_fields(
        self, log_data: dict[str, Any], record: logging.LogRecord, message_dict: dict[str, Any]
    ) -> None:
        """Begin with when, how grave, and from where."""
        log_data["time"] = _when(record).isoformat(timespec="milliseconds")
        log_data["level"] = record.levelname.lower()
        log_data["logger"] = record.name
        super().add_fields(log_data, record, message_dict)


class TextLines(logging.Formatter):
    """Writes a record as a line that a person reads: when, what, and what it was given besides."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, and what led to an error below it."""
        given = {name: value for name, value in vars(record).items() if name not in _USUAL}
        told = " ".join(f"{name}={value}" for name, value in given.items() if value is not None)
        when = _when(record).astimezone().strftime("%H:%M:%S")
        line = f"{when} {record.levelname.lower():7} {record.getMessage()} {told}".rstrip()
        return f"{line}\n{self.formatException(record.exc_info)}" if record.exc_info else line


def _when(record: logging.LogRecord) -> datetime:
    return datetime.fromtimestamp(record.created, UTC)


class BoundedQueueHandler(QueueHandler):
    """Has records written, unless too many wait; ``dropped`` counts those left out."""

    def __init__(self, lines: queue.Queue[Any]) -> None:
        super().__init__(lines)
        self.dropped = 0
        self._lines = lines

    def enqueue(self, record: logging.LogRecord) -> None:
        """Have a record written, and say how many were left out before it."""
        if self.dropped and not self._lines.full():
            record.msg, record.args = f"{record.getMessage()} ({self.dropped} left out before)", ()
            self.dropped = 0
        try:
            self._lines.put_nowait(record)
        except queue.Full:
            self.dropped += 1

    def prepare(self, record: logging.LogRecord) -> logging.LogRecord:
        """Leave a record as it is: it stays in this process."""
        return record


class BoundedQueueListener(QueueListener):
    """Writes records, and in the end those that wait, if somebody reads them."""

    def __init__(self, lines: queue.Queue[Any], *handlers: logging.Handler) -> None:
        super().__init__(lines, *handlers)
        self._lines = lines

    def stop(self) -> None:
        """End within a time: the thread does not keep the process alive."""
        with suppress(queue.Full):
            self._lines.put(None, timeout=_LAST_SECONDS)
            if self._thread is not None:
                self._thread.join(_LAST_SECONDS)


@contextmanager
def logging_to(form: str = "json", stream: TextIO | None = None) -> Iterator[None]:
    """Send all that this process logs to ``stream``, by default standard error.

    ``form`` is ``json``, ``text``, or ``auto``: text on a terminal.
    """
    stream = stream or sys.stderr
    is_text = form == "text" or (form == "auto" and stream.isatty())
    writer = logging.StreamHandler(stream)
    writer.setFormatter(TextLines() if is_text else JsonLines())
    lines: queue.Queue[Any] = queue.Queue(_MOST_WAITING)
    handler, listener = BoundedQueueHandler(lines), BoundedQueueListener(lines, writer)
    root, ours = logging.getLogger(), logging.getLogger("gcmgraph")
    before = ours.level
    root.addHandler(handler)
    ours.setLevel(logging.INFO)
    listener.start()
    try:
        yield
    finally:
        root.removeHandler(handler)
        ours.setLevel(before)
        listener.stop()
