"""The front page, downloads, problems and headers."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

import pytest

from gcmgraph.errors import ReleaseError, ServerError
from gcmgraph.manifest import sha256_of
from gcmgraph.serve.app import create_app
from gcmgraph.serve.http.problems import KINDS
from gcmgraph.serve.process.sockets import listen
from gcmgraph.settings import Settings
from sample_release import reword, write_release
from servers import Client, serving

if TYPE_CHECKING:
    from pathlib import Path


def test_a_release_that_differs_in_a_comment_has_other_tags(tmp_path: Path) -> None:
    tags = []
    for folder in (tmp_path / "one", tmp_path / "two"):
        write_release(folder)
        if tags:
            reword(folder)
        with serving(create_app(Settings(release=folder, workers=1))) as client:
            tags.append(client.get("/ontology.ttl").headers["etag"])
    assert tags[0] != tags[1]


def test_a_slash_at_the_end_leads_to_the_address_without(sample: Client) -> None:
    for path, there in (
        ("/catalog/?x=1", "/catalog?x=1"),
        ("/sparql/", "/sparql"),
        ("//other.example/", "/other.example"),
        ("/download", "/download/"),
    ):
        response = sample.get(f"http://park.test{path}")
        assert (response.status_code, response.headers["location"]) == (308, there)
    assert sample.get("/" + "x" * 3000).status_code == 414


def test_the_front_page_counts_and_links(sample: Client) -> None:
    page = sample.get("/", "text/html").text
    assert "Trees of the park" in page
    assert "29 statements" in page
    assert "ontology%23Tree" in page
    assert "http://park.test/sparql" in page


@pytest.mark.parametrize("path", ["/", "/sparql", "/doc/tree/oak", "/ontology", "/download/"])
def test_pages_load_nothing_from_elsewhere_and_run_nothing(sample: Client, path: str) -> None:
    response = sample.get(path, "text/html")
    assert "default-src 'none'" in response.headers["content-security-policy"]
    scripts = re.findall(r"<script[^>]*>", response.text)
    assert set(scripts) <= {'<script type="application/ld+json">'}
    assert 'rel="stylesheet" href="/static/style.css"' in response.text


def test_the_style_is_here(sample: Client) -> None:
    assert sample.get("/static/style.css").headers["content-type"].startswith("text/css")


def test_a_download_is_the_released_file(sample: Client, release: Path) -> None:
    response = sample.get("/download/park.ttl")
    assert response.content == (release / "park.ttl").read_bytes()
    assert response.headers["content-type"] == "text/turtle;charset=utf-8"
    assert response.headers["etag"] == f'"{sha256_of(release / "park.ttl")}"'
    part = sample.get("/download/park.ttl", headers={"Range": "bytes=5-9"})
    assert (part.status_code, part.content) == (206, response.content[5:10])


@pytest.mark.parametrize(
    "path", ["manifest.json", "none.ttl", "../manifest.json", "%2e%2e/etc/passwd", "/etc/passwd"]
)
def test_only_what_the_manifest_lists_can_be_downloaded(sample: Client, path: str) -> None:
    assert sample.get(f"/download/{path}").status_code == 404


def test_downloads_are_listed(sample: Client) -> None:
    assert {f["path"] for f in sample.get("/download/").json()} >= {"park.ttl", "park.nq"}


def test_every_kind_of_problem_has_a_page(sample: Client) -> None:
    assert len(KINDS) > 10
    for kind in KINDS.values():
        assert sample.get(kind.type).status_code == 200


def test_a_browser_gets_a_problem_as_a_page(sample: Client) -> None:
    response = sample.get("/id/tree/none", "text/html")
    assert response.status_code == 404
    assert response.headers["content-type"].startswith("text/html")
    assert "id/tree/none" in response.text


def test_it_is_alive(sample: Client) -> None:
    assert sample.get("/healthz").text == "alive\n"


def test_every_response_names_the_release_and_is_open_to_all(sample: Client) -> None:
    for path in ("/", "/sparql", "/doc/tree/oak", "/none", "/static/style.css", "/healthz"):
        headers = sample.get(path).headers
        assert len(headers["x-release"]) == 64
        assert headers["access-control-allow-origin"] == "*"


def test_a_failure_of_ours_is_a_500_with_an_id_that_stands_in_the_log(
    release: Path, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken:
        async def start(self) -> None: ...

        async def stop(self) -> None: ...

        async def query(self, query: object) -> object:
            raise ZeroDivisionError("a secret")

    app = create_app(Settings(release=release), lambda *_: Broken())
    with serving(app) as client, caplog.at_level(logging.ERROR):
        response = client.get("/sparql", params={"query": "ASK {}"})
    assert response.status_code == 500
    assert "secret" not in response.text
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.json()["instance"].removeprefix("urn:error:") in caplog.text


def test_a_torn_release_is_refused(tmp_path: Path) -> None:
    write_release(tmp_path)
    (tmp_path / "park.nt").write_text("torn", "utf-8")
    app = create_app(Settings(release=tmp_path))
    with pytest.raises(ReleaseError, match=r"park\.nt"), serving(app):
        pass


def test_a_port_in_use_is_one_sentence() -> None:
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ServerError, match=f"Port {port} of 127.0.0.1 .* --port"):
            listen("127.0.0.1", port)
