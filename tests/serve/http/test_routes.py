"""Routes answer HEAD, are described once, and do not outlive what they answer for."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING

from gcmgraph.serve.app import open_app
from gcmgraph.settings import Settings
from servers import serving

if TYPE_CHECKING:
    from pathlib import Path


def test_each_address_is_described_once_and_answers_head(release: Path) -> None:
    with serving(open_app(Settings(release=release, workers=1))) as client:
        paths = client.get("/openapi.json").json()["paths"]
        assert {"/", "/id/{path}", "/catalog", "/sparql"} <= paths.keys()
        assert {tuple(sorted(operations)) for operations in paths.values()} == {
            ("get",),
            ("get", "head", "post"),
        }
        assert client.request("HEAD", "/download/").status_code == 200
        allowed = client.request("DELETE", "/download/").headers["allow"]
        assert allowed == "GET, HEAD, OPTIONS"


def test_a_release_that_is_served_no_more_is_forgotten(release: Path) -> None:
    app = open_app(Settings(release=release, workers=1))
    with serving(app) as client:
        assert client.get("/").status_code == 200
    there = weakref.ref(app.state.release.manifest)
    del app, client
    gc.collect()
    assert there() is None
