"""Every kind of thing in the real release has a citation that the programs of the field read."""

from __future__ import annotations

import re
import warnings
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox
import pytest

from gcmgraph.manifest import Manifest
from gcmgraph.rdf import formats
from gcmgraph.serve.app import create_app
from gcmgraph.settings import Settings
from servers import Client, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

database = pytest.importorskip("pybtex.database")
richtext = pytest.importorskip("pybtex.richtext")
rispy = pytest.importorskip("rispy")
citeproc = pytest.importorskip("citeproc")

BASE: Final = "https://w3id.org/gcmgraph/"
MAINTAINERS: Final = "The maintainers of gcmgraph"

#: What only those who made the program understand: short IRIs, and names of nodes.
JARGON: Final = re.compile(r"\b[a-z][a-z-]*:[A-Za-z][\w-]*(?![\w/])|genid|rdf:|sh:|^https?://")


@pytest.fixture(scope="module")
def client(real_release: Path) -> Iterator[Client]:
    with serving(create_app(Settings(release=real_release, workers=1))) as client:
        yield client


@pytest.fixture(scope="module")
def kinds(real_release: Path) -> list[str]:
    """Return a thing of each class, ours and others', each graph, the dataset and its catalogue."""
    manifest = Manifest.read(real_release)
    store = ox.Store()
    store.bulk_load(path=real_release / f"{manifest.name}.nt", format=ox.RdfFormat.N_TRIPLES)
    rows = store.query(
        "SELECT (MIN(STR(?s)) AS ?one) (MAX(STR(?s)) AS ?other) "
        "{ ?s a ?class FILTER(isIRI(?s)) } GROUP BY ?class"
    )
    found = {row[name].value for row in rows for name in ("one", "other")}  # type: ignore[union-attr]
    assert len(found) > 50
    graphs = {graph.iri for graph in manifest.graphs}
    return sorted(
        {*found, *graphs, manifest.iri, f"{BASE}catalog", f"{BASE}version/{manifest.version}"}
    )


@pytest.fixture(scope="module")
def cited(client: Client, kinds: list[str]) -> dict[str, dict[str, str]]:
    """Return the citations of each, by format."""
    found: dict[str, dict[str, str]] = {}
    for iri in kinds:
        for format_ in formats.CITATIONS:
            response = client.get("/citation", format_.media_type, params={"of": iri})
            assert response.status_code == 200, iri
            found.setdefault(iri, {})[format_.name] = response.text
    return found


def items(cited: dict[str, dict[str, str]]) -> dict[str, dict[str, Any]]:
    import json

    return {iri: json.loads(texts["csl"])[0] for iri, texts in cited.items()}


def test_bibtex_is_read_by_pybtex(cited: dict[str, dict[str, str]]) -> None:
    for iri, item in items(cited).items():
        data = database.parse_string(cited[iri]["bibtex"], "bibtex")
        (entry,) = data.entries.values()
        assert entry.fields["url"] == item["URL"]
        authors = [str(person).strip("{}") for person in entry.persons.get("author", [])]
        assert authors == [author["literal"] for author in item.get("author", [])]
        assert ("year" in entry.fields) == ("issued" in item)
        assert richtext.Text.from_latex(entry.fields["title"]).render_as("text") == item["title"]


def test_ris_is_read_by_rispy(cited: dict[str, dict[str, str]]) -> None:
    for iri, item in items(cited).items():
        (entry,) = rispy.loads(cited[iri]["ris"])
        assert entry["title"] == item["title"]
        assert entry["urls"] == [item["URL"]]
        assert entry.get("authors", []) == [a["literal"] for a in item.get("author", [])]
        assert ("year" in entry) == ("issued" in item)


def test_csl_json_is_read_by_citeproc(cited: dict[str, dict[str, str]]) -> None:
    found = items(cited)
    with warnings.catch_warnings():
        # It does not know every variable of CSL 1.0.2, and says so.
        warnings.simplefilter("ignore", UserWarning)
        source = citeproc.source.json.CiteProcJSON(list(found.values()))
        style = citeproc.CitationStylesStyle("harvard-cite-them-right", validate=False)
        bibliography = citeproc.CitationStylesBibliography(style, source, citeproc.formatter.plain)
        for item in found.values():
            bibliography.register(citeproc.Citation([citeproc.CitationItem(item["id"])]))
        texts = [str(text) for text in bibliography.bibliography()]
    assert len(texts) == len(found)
    for item, text in zip(found.values(), texts, strict=True):
        assert item["title"][:30].lower() in text.lower()
        for author in item.get("author", []):
            assert author["literal"] in text


def test_what_others_made_is_not_ours(cited: dict[str, dict[str, str]]) -> None:
    for iri, item in items(cited).items():
        authors = [author["literal"] for author in item.get("author", [])]
        if not iri.startswith(BASE):
            assert MAINTAINERS not in authors
            assert item.get("container-title") or authors
        if item["type"] == "dataset":
            assert MAINTAINERS in authors
            assert item["version"]
        else:
            assert MAINTAINERS not in authors
            assert "version" not in item


@pytest.mark.parametrize(
    ("thing", "author"),
    [
        ("http://metadata.un.org/sdg/3.8", "United Nations"),
        ("http://metadata.un.org/sdg/codes/geoArea/604", "United Nations"),
        ("http://metadata.un.org/thesaurus/1004110", "United Nations"),
        (f"{BASE}id/source/working-group-6", "United Nations Network on Migration"),
    ],
)
def test_who_made_what_is_well_known(client: Client, thing: str, author: str) -> None:
    (item,) = client.get("/citation", formats.CSL.media_type, params={"of": thing}).json()
    assert item["author"] == [{"literal": author}]


def test_no_citation_speaks_in_the_programs_own_words(cited: dict[str, dict[str, str]]) -> None:
    for iri, item in items(cited).items():
        assert item["title"], iri
        for text in (item["title"], item.get("container-title", "")):
            assert not JARGON.search(text), (iri, text)


def test_a_conclusion_has_its_sentence_and_its_reason(client: Client, real_release: Path) -> None:
    store = ox.Store()
    store.bulk_load(path=real_release / "gcm.nt", format=ox.RdfFormat.N_TRIPLES)
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    rows = store.query(
        f"SELECT ?c ?why {{ ?c <{rdf}predicate> ?predicate ; <{BASE}ontology#rationale> ?why }}"
    )
    found = [(row["c"].value, row["why"].value) for row in rows]  # type: ignore[union-attr]
    assert found
    for iri, why in found:
        text = client.get("/citation", formats.APA.media_type, params={"of": iri}).text
        assert f"Reason: {why}" in text
        assert re.search(r"\(\d{4}\)\. .+: .+ “.+”\. In ", text), text


@pytest.mark.parametrize(
    ("address", "iri"),
    [
        ("/", BASE),
        ("/catalog.html", f"{BASE}catalog"),
        ("/graph/curation.html", f"{BASE}graph/curation"),
        (f"{BASE}graph/curation.html?page=1", f"{BASE}graph/curation"),
    ],
)
def test_a_page_is_cited_as_what_it_is_about(client: Client, address: str, iri: str) -> None:
    (item,) = client.get("/citation", formats.CSL.media_type, params={"of": address}).json()
    assert item["URL"] == iri
