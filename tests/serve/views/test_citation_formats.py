"""Whatever a title holds, the programs that read citations read one work with that title."""

from __future__ import annotations

import json

import pytest

from gcmgraph.rdf import formats
from gcmgraph.serve.views.citation_formats import Work, write

database = pytest.importorskip("pybtex.database")
richtext = pytest.importorskip("pybtex.richtext")
rispy = pytest.importorskip("rispy")

TITLES = [
    "100% of $x_1 & {y}} \\end{z} #~^<b>\r\nER  - \n@misc{a, title = {b}",
    "Ärzte für Köln – “北京”, and others",
    "A, B and C",
    "TY  - JOUR",
    "\ufeffA title\x85with\u2028breaks",
]


def work(title: str) -> Work:
    return Work(
        key="park",
        iri="https://example.org/park/a_b?c=d%20e&f#g",
        title=title,
        authors=(title, "B and C, Inc."),
        issued="2020",
    )


def line(title: str) -> str:
    """Return a title on one line, as a reader sees it."""
    return " ".join(title.replace("\x85", " ").split())


@pytest.mark.parametrize("title", TITLES)
def test_bibtex(title: str) -> None:
    data = database.parse_string(write(work(title), formats.BIBTEX), "bibtex")
    ((key, entry),) = data.entries.items()
    assert key == "park"
    assert list(entry.fields) == ["title", "year", "date", "url"]
    assert entry.fields["url"] == work(title).iri
    assert len(entry.persons["author"]) == len(work(title).authors)


@pytest.mark.parametrize("title", TITLES[1:])
def test_bibtex_has_the_words(title: str) -> None:
    # Of the first title pybtex does not know every command; LaTeX does.
    data = database.parse_string(write(work(title), formats.BIBTEX), "bibtex")
    written = data.entries["park"].fields["title"]
    assert richtext.Text.from_latex(written).render_as("text") == line(title)


@pytest.mark.parametrize("title", TITLES)
def test_ris(title: str) -> None:
    (entry,) = rispy.loads(write(work(title), formats.RIS))
    assert entry["title"] == line(title)
    assert entry["urls"] == [work(title).iri]
    assert entry["authors"] == [line(title), "B and C, Inc."]


@pytest.mark.parametrize("title", TITLES)
def test_csl_json(title: str) -> None:
    (item,) = json.loads(write(work(title), formats.CSL))
    assert item["title"] == line(title)
    assert item["issued"] == {"date-parts": [[2020]]}
