"""What commands print."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gcmgraph.publish.pipeline import Progress


def say(text: str) -> None:
    """Print a line."""
    sys.stdout.write(text + "\n")


@contextmanager
def progress() -> Iterator[Progress]:
    """Show the current step on a terminal, and nothing where nobody watches."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status("…") as status:
        yield status.update
