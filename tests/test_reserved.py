"""The reserved addresses are those of the server's routes: not one more, not one less."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gcmgraph.reserved import RESERVED
from gcmgraph.serve.app import create_app
from gcmgraph.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Iterator


def paths(routes: Any) -> Iterator[str]:
    for route in routes:
        if isinstance(getattr(route, "path", None), str):
            yield route.path
        else:
            yield from paths(route.original_router.routes)


def test_what_is_reserved_is_what_the_server_answers() -> None:
    firsts = {path.split("/")[1] for path in paths(create_app(Settings()).routes)}
    # What has a suffix stands beside what has none.
    alone = {first for first in firsts if first.partition(".")[0] not in firsts - {"", first}}
    # Besides, there are the first page, things, and what is looked at last.
    assert alone - {"", "id", "{path:path}"} == RESERVED
