"""How ``gcmgraph reload`` finds the servers of a release, and learns what they made of it.

A server keeps a notice beside the release (beside the link, where it is one): the file
``.serving-PORT.json`` with its process id, the release, and what became of the last reload. It
holds a lock on the file for as long as it lives, so that a notice left by a server that was
killed is never taken for a living one, and no other process gets its signal.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import time
from pathlib import Path
from typing import Any, Final, NamedTuple

from gcmgraph.errors import ServerError

_POLL_SECONDS: Final = 0.05


class Said(NamedTuple):
    """What a server at ``port`` made of a reload; ``refused`` where it serves on as before."""

    port: int
    refused: bool
    sentence: str


def _folder(release: Path) -> Path:
    return Path(os.path.abspath(release)).parent  # noqa: PTH100 - a link must stay a link


class Notice:
    """The notice of this process; lives until it is closed."""

    def __init__(self, release: Path, port: int) -> None:
        """Put up a notice.

        Raises:
            OSError: where the folder cannot be written to, or another server has put up the same.

        """
        self._path = _folder(release) / f".serving-{port}.json"
        self._file = self._path.open("a+", encoding="utf-8")
        self._reloads = 0
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.close()
            raise
        self._write({"sentence": "", "refused": False})

    def say(self, sentence: str, *, refused: bool) -> None:
        """Tell what became of a reload."""
        self._reloads += 1
        self._write({"sentence": sentence, "refused": refused})

    def _write(self, said: dict[str, Any]) -> None:
        self._file.truncate(0)
        self._file.write(json.dumps({"pid": os.getpid(), "reloads": self._reloads, **said}))
        self._file.flush()

    def close(self) -> None:
        """Take the notice down."""
        self._path.unlink(missing_ok=True)
        self._file.close()


def ask_to_reload(release: Path, port: int | None, seconds: float) -> list[Said]:
    """Have the servers of a release look at it anew, and return what each made of it.

    ``port`` chooses one of several; ``seconds`` is how long to wait for what each says.

    Raises:
        ServerError: where there is none, or one says nothing in time.

    """
    folder = _folder(release)
    pattern = ".serving-*.json" if port is None else f".serving-{port}.json"
    asked = [path for path in sorted(folder.glob(pattern)) if _is_alive(path)]
    if not asked:
        raise ServerError(
            f"No server of {folder} is running here; start one with “gcmgraph serve”, or send "
            "SIGHUP to the one you mean."
        )
    return [_ask(path, seconds) for path in asked]


def _is_alive(path: Path) -> bool:
    try:
        with path.open("r", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        pass
    return False


def _ask(path: Path, seconds: float) -> Said:
    port = int(path.name.removeprefix(".serving-").removesuffix(".json"))
    end = time.monotonic() + seconds
    before: dict[str, Any] | None = None
    while time.monotonic() < end and _is_alive(path):
        now = _read(path)
        if now and before is None:
            before = now
            os.kill(now["pid"], signal.SIGHUP)
        elif now and before and now["reloads"] > before["reloads"]:
            return Said(port, now["refused"], now["sentence"])
        time.sleep(_POLL_SECONDS)
    raise ServerError(
        f"The server at port {port} did not say within {seconds:g} seconds what became of it; "
        "its log does."
    )


def _read(path: Path) -> dict[str, Any] | None:
    """Return a notice; ``None`` where it is being written at this moment."""
    try:
        notice: dict[str, Any] = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return notice
