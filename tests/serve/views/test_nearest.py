"""What is told to somebody who asks for what is not there, or no more."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from gcmgraph.errors import QueryTimeoutError
from gcmgraph.serve.views import nearest
from gcmgraph.serve.views.nearest import Nearest
from sample_release import BASE

if TYPE_CHECKING:
    from servers import Client


@pytest.mark.parametrize(
    ("path", "iri"),
    [
        ("/id/tree/oka", "tree/oak"),
        ("/doc/tree/lyme.ttl", "tree/lime"),
        ("/doc/tree/old-oak", "tree/oak"),
        ("/doc/tre/oak", "tree/oak"),
        ("/doc/tree/NORTH", "meadow/north"),
        ("/id/oak", "tree/oak"),
    ],
)
def test_the_nearest_things_are_named(grove: Client, path: str, iri: str) -> None:
    response = grove.get(path)
    assert response.status_code == 404
    found = response.json()["nearest"]
    assert found[0]["iri"] == f"{BASE}id/{iri}"
    assert found[0]["address"] == f"/doc/{iri}"
    assert len(found) <= nearest.MOST_TOLD


def test_a_thing_of_others_is_near_as_well(grove: Client) -> None:
    found = grove.get("/about/un.example/sdg/4.22").json()["nearest"]
    assert found[0] == {
        "iri": "http://un.example/sdg/4.2",
        "label": "Target 4.2",
        "address": "/about/un.example/sdg/4.2",
    }


def test_a_page_links_what_is_near(grove: Client) -> None:
    page = grove.get("/doc/tree/oka", "text/html").text
    assert f'<a href="/doc/tree/oak" title="{BASE}id/tree/oak">Old oak &lt;b&gt;&amp;' in page


def test_what_is_like_nothing_is_told_nothing(grove: Client) -> None:
    assert grove.get("/doc/tree/%E2%98%83%E2%98%83%E2%98%83").json()["nearest"] == []


@pytest.mark.parametrize("path", ["/id/tree/elm", "/doc/tree/elm", "/doc/tree/elm.ttl"])
def test_what_is_gone_names_its_successor(grove: Client, path: str) -> None:
    response = grove.get(path)
    assert response.status_code == 410
    assert "</doc/tree/lime>; rel=successor-version" in response.headers["link"]
    problem = response.json()
    assert problem["type"] == "/problems/gone"
    assert problem["detail"] == "“Elm” is no more since 2019-05-01; “Lime” took its place."
    assert problem["isReplacedBy"] == [
        {"iri": f"{BASE}id/tree/lime", "label": "Lime", "address": "/doc/tree/lime"}
    ]
    assert '<a href="/doc/tree/lime"' in grove.get(path, "text/html").text


def test_of_a_large_graph_what_begins_alike_is_asked_for(
    grove: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = grove.get("/doc/tree/oka").json()["nearest"]
    monkeypatch.setattr(nearest, "MOST_KNOWN", 3)
    grove.forget()
    found = grove.get("/doc/tree/oka").json()["nearest"]
    # Only what begins with “oka”: nothing; but with “lim” there is one.
    assert (len(before) > 0, found) == (True, [])
    assert grove.get("/doc/tree/limes").json()["nearest"][0]["label"] == "Lime"


def test_a_busy_engine_does_not_keep_anybody_from_knowing_that_nothing_is_there() -> None:
    class Busy:
        async def once(self, make: object) -> None:
            raise QueryTimeoutError("too long")

    assert asyncio.run(nearest.nearest(Busy(), f"{BASE}id/tree/oak")) == []


def test_twenty_thousand_things_are_looked_through() -> None:
    near = Nearest({f"{BASE}id/tree/{n:05}": f"Tree {n:05}" for n in range(20_000)})
    assert near.to(f"{BASE}id/tree/00012x")[0].label == "Tree 00012"
