"""The sitemap lists every page, in as many parts as it needs."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest

from gcmgraph.serve.app import create_app
from gcmgraph.serve.routes.sitemap import LENGTH
from gcmgraph.settings import Settings
from sample_release import BASE, ONTOLOGY, RDF, write_release
from servers import serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import httpx

    from servers import Client

NAMESPACE = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def listed(response: httpx.Response) -> list[str]:
    assert response.headers["content-type"] == "application/xml"
    root = ET.fromstring(response.content)
    assert {e.text for e in root.iter(f"{NAMESPACE}lastmod")} == {"2020-01-01"}
    return [e.text or "" for e in root.iter(f"{NAMESPACE}loc")]


def test_every_page_is_listed_once_and_is_there(sample: Client):
    pages = listed(sample.get("/sitemap.xml"))
    assert len(pages) == len(set(pages))
    assert {"http://park.test/", "http://park.test/doc/tree/oak"} <= set(pages)
    assert "http://park.test/graph/survey" in pages
    assert not any("#" in page for page in pages)
    for page in pages:
        assert sample.get(page, "text/html").status_code == 200


@pytest.fixture(scope="module")
def forest(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Serve a park of more trees than one file of a sitemap lists."""
    folder: Path = tmp_path_factory.mktemp("forest")
    trees = (f"<{BASE}id/tree/{n}> <{RDF}type> <{ONTOLOGY}#Tree> .\n" for n in range(LENGTH))
    write_release(folder, "".join(trees))
    with serving(create_app(Settings(release=folder, workers=2))) as client:
        yield client


def test_what_is_too_much_for_one_file_stands_in_parts(forest: Client):
    parts = listed(forest.get("/sitemap.xml"))
    assert parts == ["http://park.test/sitemap/1.xml", "http://park.test/sitemap/2.xml"]
    pages = [page for part in parts for page in listed(forest.get(part))]
    assert len(pages) == len(set(pages)) > LENGTH
    assert {f"http://park.test/doc/tree/{n}" for n in range(LENGTH)} <= set(pages)
    etag = forest.get(parts[0]).headers["etag"]
    assert forest.get(parts[0], headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize("number", ["0", "3", "x", "9999999"])
def test_there_are_no_other_parts(forest: Client, number: str):
    assert forest.get(f"/sitemap/{number}.xml").status_code == 404
