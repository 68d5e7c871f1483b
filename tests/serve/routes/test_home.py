"""The front page is the dataset's page: for people, for search engines, for programs."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from gcmgraph.manifest import FileEntry, Manifest
from gcmgraph.serve.app import create_app
from gcmgraph.settings import Settings
from sample_release import write_release
from servers import Client, serving

if TYPE_CHECKING:
    from pathlib import Path

HOSTILE = "</script><script>alert(1)</script><!-- & \u2028\u2029 '\""


class Scripts(HTMLParser):
    """Collects what stands in script elements, as a browser reads it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.types: list[str | None] = []
        self.texts: list[str] = []
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = tag == "script"
        if self._inside:
            self.types.append(dict(attrs).get("type"))

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.texts.append(data)
            self._inside = False


def markup_of(client: Client) -> dict[str, Any]:
    found = Scripts(client.get("/", "text/html").text)
    assert found.types == ["application/ld+json"]
    (text,) = found.texts
    return dict(json.loads(text))


def test_search_engines_read_the_dataset(published: Client, example_release: Path) -> None:
    found = markup_of(published)
    assert found == json.loads((example_release / "dataset.jsonld").read_bytes())
    assert found["@type"] == "Dataset"


def test_what_it_embeds_cannot_close_the_element(tmp_path: Path) -> None:
    manifest = write_release(tmp_path)
    written = {"@type": "Dataset", "name": HOSTILE, HOSTILE: [HOSTILE]}
    add_file(tmp_path, manifest, "dataset.jsonld", json.dumps(written))
    with serving(create_app(Settings(release=tmp_path, workers=1))) as sample:
        page = sample.get("/", "text/html").text
        assert markup_of(sample) == written
    assert "alert(1)</script>" not in page
    assert "\u2028" not in page


def test_without_a_description_nothing_is_embedded(sample: Client) -> None:
    assert "<script" not in sample.get("/", "text/html").text


def test_signposts_lead_to_the_files_and_what_describes_them(
    published: Client, example_release: Path
) -> None:
    link = published.get("/", "text/html").headers["link"]
    manifest = Manifest.read(example_release)
    assert f"<{manifest.iri}>; rel=cite-as" in link
    assert "<https://schema.org/Dataset>; rel=type" in link
    assert '</download/riv.nq>; rel=item; type="application/n-quads"' in link
    assert link.count("rel=item") == 6
    assert '</catalog.ttl>; rel=describedby; type="text/turtle"' in link
    assert '</citation?format=bibtex>; rel=describedby; type="application/x-bibtex"' in link
    assert f"<{manifest.license}>; rel=license" in link
    for address in [part.split(">")[0] for part in link.split("</")[1:]]:
        assert published.get(f"/{address}").status_code == 200, address


def test_programs_get_the_dataset_as_data(published: Client) -> None:
    response = published.get("/", "text/turtle")
    assert response.headers["content-type"] == "text/turtle;charset=utf-8"
    assert response.content == published.get("/catalog.ttl").content
    assert published.get("/", "text/html,*/*;q=0.8").headers["content-type"].startswith("text/html")


def test_people_find_questions_files_citation_and_documents(published: Client) -> None:
    page = published.get("/", "text/html").text
    assert "Which rivers drain where?" in page
    assert 'href="/download/riv.ttl"' in page
    assert "Rivers" in page.partition('id="cite"')[2]
    assert 'href="/doc/source/guide"' in page
    assert 'href="/graph/curation"' in page


def add_file(folder: Path, manifest: Manifest, path: str, text: str) -> None:
    """Add a file to a release."""
    (folder / path).write_text(text, "utf-8")
    entry = FileEntry.of(folder, path, "catalog", "jsonld", "dataset")
    manifest.model_copy(update={"files": (*manifest.files, entry)}).write(folder)
