"""A citation names who made the thing, as the graph says."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gcmgraph.manifest import LinkedEntry, Manifest
from gcmgraph.serve.app import create_app
from gcmgraph.settings import Settings
from sample_release import BASE, ONTOLOGY, RDF, RDFS, write_release
from servers import Client, serving

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

DCT = "http://purl.org/dc/terms/"
DC = "http://purl.org/dc/elements/1.1/"
FOAF = "http://xmlns.com/foaf/0.1/"
PROV = "http://www.w3.org/ns/prov#"
DATE = "http://www.w3.org/2001/XMLSchema#date"
LIBRARY = f"""
<{BASE}id/agent/green> <{RDFS}label> "A. Green" .
<{BASE}id/agent/press> <{RDFS}label> "Green Press" .
<{BASE}id/agent/friends> <{RDFS}label> "Friends of the park" .
<{BASE}id/book/oaks> <{RDFS}label> "On oaks" .
<{BASE}id/book/oaks> <{DCT}creator> <{BASE}id/agent/green> .
<{BASE}id/book/oaks> <{DCT}publisher> <{BASE}id/agent/press> .
<{BASE}id/book/oaks> <{DCT}issued> "2017"^^<http://www.w3.org/2001/XMLSchema#gYear> .
<{BASE}id/book/oaks> <{FOAF}page> <https://green.example/oaks> .
<{BASE}id/book/leaves> <{RDFS}label> "On leaves" .
<{BASE}id/book/leaves> <{DCT}publisher> <{BASE}id/agent/press> .
<{BASE}id/guide/ours> <{RDFS}label> "Guide to the park" .
<{BASE}id/guide/ours> <{DCT}creator> <{BASE}id/agent/friends> .
<{BASE}id/source/survey> <{DC}creator> "Office of parks" .
<{BASE}id/source/survey> <{DCT}source> <https://office.example/survey> .
<{BASE}id/source/survey> <{DCT}date> "2019-03-02"^^<{DATE}> .
<{BASE}id/conclusion/1> <{RDF}type> <{RDF}Statement> .
<{BASE}id/conclusion/1> <{RDF}subject> <{BASE}id/tree/lime> .
<{BASE}id/conclusion/1> <{RDF}predicate> <{ONTOLOGY}#standsIn> .
<{BASE}id/conclusion/1> <{RDF}object> <{BASE}id/meadow/north> .
<{BASE}id/conclusion/1> <{PROV}wasAttributedTo> <{BASE}id/agent/green> .
<{BASE}id/conclusion/1> <{ONTOLOGY}#because> "It is seen from there."@en .
<{BASE}id/tree/t-7> <{RDF}type> <{ONTOLOGY}#Tree> .
<{BASE}id/dataset/places> <{RDFS}label> "Register of places" .
<{BASE}id/dataset/places> <http://rdfs.org/ns/void#uriSpace> "http://places.example/" .
<http://places.example/un/604> <{RDFS}label> "Peru" .
<http://else.example/thing> <{RDFS}label> "Something" .
<http://terms.example/#bark> <{RDFS}label> "bark" .
<http://terms.example/#bark> <{RDFS}isDefinedBy> <http://terms.example/> .
<http://terms.example/> <{RDFS}label> "Terms of trees" .
"""
OURS = "In Trees of the park (Version 1.0; release {release}) [Data set]."


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Client, Manifest]]:
    folder: Path = tmp_path_factory.mktemp("library")
    manifest = write_release(folder, LIBRARY).model_copy(
        update={
            "creators": ("Friends of the park",),
            "linked": (
                LinkedEntry(space="http://places.example/", title="Places"),
                LinkedEntry(
                    space="http://places.example/un/",
                    title="Places of the UN",
                    publishers=("United Nations",),
                ),
            ),
        }
    )
    manifest.write(folder)
    with serving(create_app(Settings(release=folder, workers=1))) as client:
        yield client, manifest


@pytest.mark.parametrize(
    ("thing", "text"),
    [
        # A work has its makers, its year and its page, and none of ours.
        ("id/book/oaks", "A. Green. (2017). On oaks. Green Press. https://green.example/oaks"),
        # Whoever published it stands for its author; where no date is known, none is given.
        ("id/book/leaves", f"Green Press. (n.d.). On leaves. {BASE}id/book/leaves"),
        (
            "id/source/survey",
            (
                "Office of parks. (n.d.). Survey of the park. "
                "Retrieved March 2, 2019, from https://office.example/survey"
            ),
        ),
        (
            "id/excerpt/survey-1",
            (
                "Office of parks. (n.d.). “The old oak is 21 m high.” In Survey of the park. "
                "Retrieved March 2, 2019, from https://office.example/survey"
            ),
        ),
        # What we say of a tree is ours; whose words stand behind it is told.
        (
            "id/tree/oak",
            (
                f"Friends of the park. (2020). Old oak <b>&</b>. {OURS} Quoted from: Survey of the "
                f"park (Office of parks; https://office.example/survey). {BASE}id/tree/oak"
            ),
        ),
        (
            "id/guide/ours",
            f"Friends of the park. (2020). Guide to the park. {OURS} {BASE}id/guide/ours",
        ),
        (
            "id/conclusion/1",
            (
                f"A. Green. (2020). Lime: stands in “North meadow”. {OURS} "
                f"Reason: It is seen from there. {BASE}id/conclusion/1"
            ),
        ),
        # Without a name, it is called by its kind.
        ("id/tree/t-7", f"Friends of the park. (2020). tree t 7. {OURS} {BASE}id/tree/t-7"),
        # Others' things are theirs: the catalogue, the vocabulary or the IRI says whose.
        (
            "http://places.example/un/604",
            "United Nations. (n.d.). Peru. In Places of the UN. http://places.example/un/604",
        ),
        ("id/dataset/places", "Register of places. (n.d.). http://places.example/"),
        (
            "http://terms.example/#bark",
            "bark. In Terms of trees. (n.d.). http://terms.example/#bark",
        ),
        (
            "http://else.example/thing",
            "Something. In else.example. (n.d.). http://else.example/thing",
        ),
    ],
)
def test_who_made_it_is_named(library: tuple[Client, Manifest], thing: str, text: str) -> None:
    client, manifest = library
    iri = thing if "://" in thing else BASE + thing
    found = client.get("/citation", "text/x-bibliography", params={"of": iri}).text
    assert found == text.format(release=manifest.identity[:12]) + "\n"


def test_a_document_without_a_page_says_when_it_came(tmp_path: Path) -> None:
    paper = f"<{BASE}id/source/paper>"
    write_release(
        tmp_path,
        f'{paper} <{RDFS}label> "Old paper" .\n{paper} <{DC}creator> "Office of parks" .\n'
        f'{paper} <{DCT}date> "2019-03-02"^^<{DATE}> .\n',
    )
    with serving(create_app(Settings(release=tmp_path, workers=1))) as client:
        of = {"of": paper[1:-1]}
        text = client.get("/citation", "text/x-bibliography", params=of).text
        (item,) = client.get(
            "/citation", "application/vnd.citationstyles.csl+json", params=of
        ).json()
    assert text == (
        f"Office of parks. (n.d.). Old paper. Received: 2019-03-02. {BASE}id/source/paper\n"
    )
    assert "accessed" not in item


def test_the_page_says_that_the_work_of_others_is_theirs(
    library: tuple[Client, Manifest],
) -> None:
    client, _ = library
    theirs = client.get("/citation", "text/html", params={"of": f"{BASE}id/book/oaks"}).text
    ours = client.get("/citation", "text/html", params={"of": f"{BASE}id/tree/oak"}).text
    assert "This is the work of others" in theirs
    assert "This is the work of others" not in ours
    assert "X-Release" in ours


def test_documents_beyond_those_it_names_are_counted(tmp_path: Path) -> None:
    gathered = f"<{BASE}id/list/all>"
    letters = "".join(
        f'<{BASE}id/letter/{n}> <{RDFS}label> "Letter {n}" .\n'
        f"{gathered} <{DCT}source> <{BASE}id/letter/{n}> .\n"
        for n in range(10, 33)
    )
    write_release(tmp_path, f'{gathered} <{RDFS}label> "All letters" .\n{letters}')
    with serving(create_app(Settings(release=tmp_path, workers=1))) as client:
        found = client.get(
            "/citation", "text/x-bibliography", params={"of": f"{BASE}id/list/all"}
        ).text
    assert "Letter 29; and 3 more." in found
