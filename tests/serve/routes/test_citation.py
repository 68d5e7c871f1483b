"""Citations: what each style must get right, whatever the titles hold."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from itertools import accumulate
from typing import TYPE_CHECKING

import pytest

from gcmgraph.manifest import Manifest
from gcmgraph.rdf import formats
from gcmgraph.serve.app import create_app
from gcmgraph.serve.views.citation_formats import Work, key_of, write
from gcmgraph.settings import Settings
from sample_release import BASE, write_release
from servers import Client, serving

if TYPE_CHECKING:
    from pathlib import Path

DATASET = Work(
    key="park-1.0",
    iri=f"{BASE}dataset",
    title="Trees of the park",
    authors=("Friends of the park",),
    publishers=("Bath",),
    issued="2020-01-31",
    version="1.0",
    release="0123456789abcdef" * 4,
)
OAK = replace(
    DATASET,
    key="park-1.0-tree-oak",
    iri=f"{BASE}id/tree/oak",
    title="Old oak",
    within="Trees of the park",
    quoted=("Survey of the park (A. Green)",),
)
HOSTILE = "100% of $x_1 & {y}} \\end{z} #~^<b>\r\nER  - \n@misc{a, title = {b}"


def bibtex(text: str) -> tuple[str, str, dict[str, str]]:
    """Read an entry as BibTeX does: it counts braces, and knows no escape."""
    kind, key, rest = re.fullmatch(r"@(\w+)\{([^,]+),\n(.*)\}\n", text, re.DOTALL).groups()
    fields = {}
    while rest:
        name, rest = re.fullmatch(r"  (\w+) = (\{.*)", rest, re.DOTALL).groups()
        depths = accumulate({"{": 1, "}": -1}.get(character, 0) for character in rest)
        end = list(depths).index(0)
        fields[name] = rest[1:end]
        rest = rest[end + 1 :].removeprefix(",").removeprefix("\n")
    return kind, key, fields


def ris(text: str) -> list[tuple[str, str]]:
    """Read a record: lines of a tag, two spaces, a hyphen and a space."""
    assert text.endswith("\r\n")
    lines = text.removesuffix("\r\n").split("\r\n")
    return [re.fullmatch(r"([A-Z][A-Z0-9])  - (.*)", line).groups() for line in lines]


def test_a_dataset_in_bibtex() -> None:
    kind, key, fields = bibtex(write(DATASET, formats.BIBTEX))
    assert (kind, key) == ("dataset", "park-1.0")
    assert fields == {
        "author": "{Friends of the park}",
        "title": "{Trees of the park}",
        "publisher": "{Bath}",
        "year": "2020",
        "date": "2020-01-31",
        "version": "1.0",
        "url": f"{BASE}dataset",
        "note": f"Release {DATASET.release}",
    }


def test_a_thing_in_bibtex_stands_in_the_dataset() -> None:
    kind, _, fields = bibtex(write(OAK, formats.BIBTEX))
    assert kind == "incollection"
    assert fields["booktitle"] == "{Trees of the park}"
    assert fields["note"] == (
        f"Quoted from: Survey of the park (A. Green). Release {DATASET.release}"
    )


def test_several_authors_are_apart_in_bibtex() -> None:
    both = replace(DATASET, authors=("Arts and Crafts", "B"))
    assert bibtex(write(both, formats.BIBTEX))[2]["author"] == "{Arts and Crafts} and {B}"


def test_nothing_in_a_title_is_a_command_of_latex() -> None:
    _, _, fields = bibtex(write(replace(DATASET, title=HOSTILE), formats.BIBTEX))
    assert list(fields) == list(bibtex(write(DATASET, formats.BIBTEX))[2])
    title = fields["title"]
    for command in (
        r"100\% of \$x\_1 \& \textbraceleft{}y\textbraceright{}\textbraceright{}",
        r"\textbackslash{}end\textbraceleft{}z",
        r"\#\textasciitilde{}\textasciicircum{}\textless{}b\textgreater{}",
    ):
        assert command in title
    assert "\n" not in title


def test_a_dataset_in_ris() -> None:
    assert ris(write(DATASET, formats.RIS)) == [
        ("TY", "DATA"),
        ("AU", "Friends of the park"),
        ("TI", "Trees of the park"),
        ("PY", "2020"),
        ("DA", "2020/01/31"),
        ("ET", "1.0"),
        ("PB", "Bath"),
        ("UR", f"{BASE}dataset"),
        ("N1", f"Release {DATASET.release}"),
        ("ER", ""),
    ]


def test_a_thing_in_ris_names_dataset_and_document() -> None:
    fields = ris(write(OAK, formats.RIS))
    assert ("DB", "Trees of the park") in fields
    assert ("N1", "Quoted from: Survey of the park (A. Green)") in fields


def test_no_title_ends_a_record_of_ris() -> None:
    fields = ris(write(replace(DATASET, title=HOSTILE), formats.RIS))
    assert [tag for tag, _ in fields].count("ER") == 1
    assert fields[-1] == ("ER", "")


QUOTED = "Quoted from: Survey of the park (A. Green)."
RELEASED = "(Version 1.0; release 0123456789ab) [Data set]."


@pytest.mark.parametrize(
    ("work", "text"),
    [
        (
            DATASET,
            f"Friends of the park. (2020). Trees of the park {RELEASED} Bath. {BASE}dataset",
        ),
        (
            replace(DATASET, publishers=DATASET.authors),
            f"Friends of the park. (2020). Trees of the park {RELEASED} {BASE}dataset",
        ),
        (
            replace(DATASET, authors=("A. A.", "B", "C"), publishers=()),
            f"A. A., B, & C. (2020). Trees of the park {RELEASED} {BASE}dataset",
        ),
        (
            replace(OAK, authors=("A. A.",), publishers=()),
            f"A. A. (2020). Old oak. In Trees of the park {RELEASED} {QUOTED} {BASE}id/tree/oak",
        ),
        (
            replace(OAK, title="Who waters it?", authors=(), publishers=(), quoted=()),
            f"Who waters it? In Trees of the park {RELEASED} (2020). {BASE}id/tree/oak",
        ),
    ],
)
def test_a_text_in_the_style_of_apa(work: Work, text: str) -> None:
    assert write(work, formats.APA) == text + "\n"


def test_csl_json_is_what_processors_read() -> None:
    (item,) = json.loads(write(OAK, formats.CSL))
    assert item["type"] == "dataset"
    assert item["author"] == [{"literal": "Friends of the park"}]
    assert item["container-title"] == "Trees of the park"
    assert item["issued"] == {"date-parts": [[2020, 1, 31]]}
    assert (item["version"], item["URL"]) == ("1.0", f"{BASE}id/tree/oak")
    (hostile,) = json.loads(write(replace(DATASET, title=HOSTILE), formats.CSL))
    assert hostile["title"] == " ".join(HOSTILE.split())


def test_a_key_has_only_what_every_program_takes() -> None:
    assert key_of("park-1.0") == "park-1.0"
    assert key_of("park-1.0", f"{BASE}id/tree/oak") == "park-1.0-tree-oak"
    assert key_of("park-1.0", "http://x.example/sdg/4.2#a b") == "park-1.0-sdg-4.2-a-b"


# ------------------------------------------------------------------------------------- over HTTP


@pytest.mark.parametrize("format_", formats.CITATIONS, ids=lambda f: f.name)
def test_a_citation_comes_in_every_format_by_every_way(
    sample: Client, format_: formats.Format
) -> None:
    oak = f"{BASE}id/tree/oak"
    by_accept = sample.get("/citation", format_.media_type, params={"of": oak})
    by_name = sample.get("/citation", params={"of": oak, "format": format_.name})
    assert by_accept.status_code == by_name.status_code == 200
    assert by_accept.content == by_name.content
    assert by_accept.headers["content-type"] == format_.content_type
    assert f"<{oak}>; rel=cite-as" in by_accept.headers["link"]
    assert by_accept.headers["link"].count("rel=alternate") == len(formats.CITATIONS) - 1
    etag = by_accept.headers["etag"]
    again = sample.get(
        "/citation", params={"of": oak, "format": format_.name}, headers={"If-None-Match": etag}
    )
    assert again.status_code == 304


def test_a_thing_is_cited_with_the_document_it_was_quoted_from(sample: Client) -> None:
    oak = sample.get("/citation", "text/x-bibliography", params={"of": f"{BASE}id/tree/oak"}).text
    assert oak.startswith("Old oak <b>&</b>. In Trees of the park (Version 1.0; release ")
    assert "Quoted from: Survey of the park." in oak


def test_an_excerpt_is_called_by_its_words(sample: Client) -> None:
    excerpt = f"{BASE}id/excerpt/survey-1"
    text = sample.get("/citation", "text/x-bibliography", params={"of": excerpt}).text
    assert text == f"“The old oak is 21 m high.” In Survey of the park. (n.d.). {excerpt}\n"


def test_a_page_shows_all_and_escapes(sample: Client) -> None:
    page = sample.get("/citation", "text/html", params={"of": f"{BASE}id/tree/oak"}).text
    assert "Old oak &lt;b&gt;&amp;&lt;/b&gt;" in page
    for format_ in formats.CITATIONS:
        assert f'<h2 id="{format_.name}">' in page
        assert f"&amp;format={format_.name}" in page
    of_script = sample.get("/citation", "text/html", params={"of": "javascript:alert(1)"})
    assert 'href="javascript' not in of_script.text


@pytest.mark.parametrize(
    "iri", [f"{BASE}id/tree/none", "oak", "http://x.example/> } ", "\0", "x:" + "y" * 9999]
)
def test_what_the_graph_does_not_know_cannot_be_cited(sample: Client, iri: str) -> None:
    response = sample.get("/citation", params={"of": iri})
    assert response.status_code == 404
    assert response.headers["content-type"] == "application/problem+json"


def test_an_unknown_format_is_said(sample: Client) -> None:
    response = sample.get("/citation?format=mla")
    assert response.status_code == 406
    assert "application/x-bibtex" in response.json()["available"]


def test_the_author_is_whom_the_release_names(tmp_path: Path) -> None:
    manifest = write_release(tmp_path)
    manifest.model_copy(update={"creators": ("Friends",)}).write(tmp_path)
    with serving(create_app(Settings(release=tmp_path, workers=1))) as sample:
        text = sample.get("/citation", "text/x-bibliography").text
    assert text.startswith("Friends. (2020). Trees of the park (Version 1.0; release ")


def test_the_dataset_is_cited_as_its_manifest_says(
    published: Client, example_release: Path
) -> None:
    manifest = Manifest.read(example_release)
    (item,) = published.get("/citation", formats.CSL.media_type).json()
    assert item["title"] == manifest.title == "Rivers"
    assert (item["version"], item["URL"]) == (manifest.version, manifest.iri)
    assert item["author"] == [{"literal": "Ada"}]
    assert item["publisher"] == "The press"
    (date,) = item["issued"]["date-parts"]
    assert "{}-{:02}-{:02}".format(*date) == manifest.issued


def test_the_words_of_others_are_theirs(published: Client) -> None:
    river = "https://rivers.example/id/river/aa"
    fields = ris(published.get("/citation", formats.RIS.media_type, params={"of": river}).text)
    quoted, release = (value for tag, value in fields if tag == "N1")
    assert quoted == "Quoted from: A guide (The tests; https://rivers.example/guide)"
    assert release.startswith("Release ")


@pytest.mark.parametrize(
    "address",
    [
        f"{BASE}id/tree/oak",
        f" {BASE}id/tree/oak ",
        f"{BASE}id/tree/oak.ttl",
        f"{BASE}id/tree/oak?page=2",
        f"{BASE}id/tree/oak#height",
        f"{BASE}doc/tree/oak.html?format=html#top",
        "/id/tree/oak",
        "/doc/tree/oak",
        "/doc/tree/oak.jsonld",
        "/doc//tree/oak/",
        "http://park.test/doc/tree/oak",
        "http://park.test/doc/tree/oak.html?page=1#excerpts",
    ],
)
def test_a_thing_is_cited_by_the_address_of_its_page(grove: Client, address: str) -> None:
    (item,) = grove.get("/citation", formats.CSL.media_type, params={"of": address}).json()
    assert item["URL"] == f"{BASE}id/tree/oak"


@pytest.mark.parametrize(
    ("address", "iri"),
    [
        ("/", f"{BASE}dataset"),
        ("http://park.test/", f"{BASE}dataset"),
        ("/dataset", f"{BASE}dataset"),
        ("/ontology", f"{BASE}ontology"),
        ("/ontology#Tree", f"{BASE}ontology#Tree"),
        ("http://park.test/ontology.html#Tree", f"{BASE}ontology#Tree"),
        ("/about/un.example/sdg/4.2", "http://un.example/sdg/4.2"),
        ("/about/un.example/sdg/4.2.ttl", "http://un.example/sdg/4.2"),
        ("https://un.example/sdg/4.2", "http://un.example/sdg/4.2"),
        ("http://un.example/page.html?id=5#top", "http://un.example/page.html?id=5#top"),
    ],
)
def test_every_page_has_a_citation(grove: Client, address: str, iri: str) -> None:
    (item,) = grove.get("/citation", formats.CSL.media_type, params={"of": address}).json()
    assert item["URL"] == iri


def test_a_page_of_a_release_is_cited_in_that_release(sample: Client) -> None:
    found = sample.get("/citation", formats.CSL.media_type, params={"of": "/doc/tree/oak"})
    release = found.headers["x-release"][:12]
    address = f"http://park.test/doc/tree/oak?release={release}"
    led = sample.get("/citation", params={"of": address, "format": "csl"})
    assert led.status_code == 307
    assert led.headers["location"].endswith(f"&format=csl&release={release}")
    there = sample.get(led.headers["location"])
    assert there.content == found.content
    gone = sample.get("/citation", params={"of": "/doc/tree/oak?release=000000000000"})
    assert sample.get(gone.headers["location"]).status_code == 404


def test_a_query_of_others_names_no_release_of_ours(tmp_path: Path) -> None:
    page = "http://un.example/page?release=2"
    write_release(tmp_path, f'<{page}> <http://www.w3.org/2000/01/rdf-schema#label> "A page" .\n')
    with serving(create_app(Settings(release=tmp_path, workers=1))) as client:
        text = client.get("/citation", "text/x-bibliography", params={"of": page}).text
    assert text == f"A page. In un.example. (n.d.). {page}\n"
