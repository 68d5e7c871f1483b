"""The client of the FAIR Signposting Profile finds its way from an address alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from signposting import find_signposting_http
from signposting.linkheader import find_signposting_http_link

from gcmgraph.rdf import formats

if TYPE_CHECKING:
    from signposting import Signposting

    from integration.served import Ours

PRACTICE = "practice/thailand-universal-coverage"
TARGET = "http://metadata.un.org/sdg/3.8"
DATASET = "https://w3id.org/gcmgraph/"
ABOUT = "about/metadata.un.org/sdg/3.8"

pages = pytest.mark.parametrize(
    ("path", "iri", "type_"),
    [
        (f"doc/{PRACTICE}.html", f"{DATASET}id/{PRACTICE}", "https://schema.org/AboutPage"),
        (f"{ABOUT}.html", TARGET, "https://schema.org/AboutPage"),
        ("", DATASET, "https://schema.org/Dataset"),
    ],
    ids=["thing", "target", "dataset"],
)


def types(signposts: Signposting) -> set[str]:
    return {link.target for link in signposts.types}


@pages
def test_a_page_says_what_to_cite_and_where_its_data_are(
    ours: Ours, path: str, iri: str, type_: str
) -> None:
    found = find_signposting_http(ours.address + path)
    assert found.citeAs is not None
    assert found.citeAs.target == iri
    assert found.license is not None
    assert found.license.target == ours.manifest.license
    assert found.collection is not None
    assert found.collection.target == DATASET
    assert type_ in types(found)
    described = {link.type: link.target for link in found.describedBy}
    assert described.keys() >= {format_.media_type for format_ in formats.TRIPLES}
    for media_type, address in described.items():
        answer = ours.client.get(address.replace(DATASET, ours.address))
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == media_type


@pytest.mark.parametrize(
    ("path", "iri"),
    [(f"doc/{PRACTICE}.ttl", f"{DATASET}id/{PRACTICE}"), (f"{ABOUT}.jsonld", TARGET)],
    ids=["thing", "target"],
)
def test_data_say_what_they_describe(ours: Ours, path: str, iri: str) -> None:
    found = find_signposting_http(ours.address + path)
    assert iri in {link.target for link in found.describes}
    assert found.citeAs is not None
    assert found.citeAs.target == iri
    assert types(found)


def test_a_thing_leads_to_the_documents_about_it(ours: Ours) -> None:
    answer = ours.client.head(f"/id/{PRACTICE}")
    assert answer.status_code == 303
    links = find_signposting_http_link(answer.headers.get_list("link"), str(answer.url))
    assert {link.type for link in links.describedBy} >= {f.media_type for f in formats.TRIPLES}
    found = find_signposting_http(f"{ours.address}id/{PRACTICE}")
    assert f"{DATASET}id/{PRACTICE}" in {link.target for link in found.describes}


def test_the_dataset_lists_its_files(ours: Ours) -> None:
    items = {link.target: link.type for link in find_signposting_http(ours.address).items}
    assert items
    for address, media_type in items.items():
        answer = ours.client.head(address.replace(DATASET, ours.address))
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] == media_type
