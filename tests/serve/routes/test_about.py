"""What the graph says of things whose IRIs others made."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from gcmgraph.rdf import formats
from gcmgraph.serve.routes.things import OFFERED
from sample_release import RDFS

if TYPE_CHECKING:
    from servers import Client

TARGET = "http://un.example/sdg/4.2"


@pytest.mark.parametrize("format_", OFFERED, ids=lambda f: f.name)
def test_a_thing_of_others_has_a_document_in_every_format(
    grove: Client, format_: formats.Format
) -> None:
    address = "/about/un.example/sdg/4.2"
    by_accept = grove.get(address, format_.media_type)
    by_suffix = grove.get(f"{address}.{format_.suffix}")
    by_name = grove.get(f"{address}?format={format_.name}")
    assert by_accept.content == by_suffix.content == by_name.content != b""
    for response in (by_accept, by_suffix, by_name):
        assert response.status_code == 200
        assert response.headers["content-type"] == format_.content_type
        assert f"<{TARGET}>; rel=cite-as" in response.headers["link"]


@pytest.mark.parametrize(
    ("address", "iri"),
    [
        ("/about/un.example/sdg/4.2", TARGET),
        ("/about/un.example/sdg/ontology%23Target", "http://un.example/sdg/ontology#Target"),
        ("/about/un.example/page.html%3Fid=5%23top", "http://un.example/page.html?id=5#top"),
        ("/about/un.example/caf%C3%A9", "http://un.example/caf%C3%A9"),
        ("/about/un.example/th%C3%A9", "http://un.example/thé"),
        ("/about/un.example/", "http://un.example/"),
        ("/about/un.example/safe", "https://un.example/safe"),
    ],
)
def test_every_kind_of_iri_is_found(grove: Client, address: str, iri: str) -> None:
    document = grove.get(address, formats.NTRIPLES.media_type)
    said = {quad.subject.value for quad in ox.parse(document.content, ox.RdfFormat.N_TRIPLES)}
    assert iri in said
    assert grove.get(f"{address}.nt").content == document.content


def test_what_is_only_pointed_at_has_a_document_too(grove: Client) -> None:
    document = grove.get("/about/trees.example/oak", formats.NTRIPLES.media_type)
    assert f"<{RDFS}seeAlso> <https://trees.example/oak>" in document.text


@pytest.mark.parametrize(("ending", "status"), [("2.xyz", 406), ("2.nt.zst", 406), ("c", 404)])
def test_a_suffix_of_no_format_is_refused_and_what_only_looks_so_is_unknown(
    grove: Client, ending: str, status: int
) -> None:
    response = grove.get(f"/about/un.example/sdg/4.{ending}")
    assert response.status_code == status
    assert ("text/turtle" in response.json().get("available", [])) == (status == 406)


def test_its_page_says_whose_it_is_and_leads_there(grove: Client) -> None:
    page = grove.get("/about/un.example/sdg/4.2", "text/html").text
    assert "This is un.example’s own identifier" in page
    assert f'<a href="{TARGET}" rel="external noopener">' in page
    assert f'<link rel="canonical" href="{TARGET}">' in page


def test_pages_lead_to_what_is_told_here_and_to_its_own_address(grove: Client) -> None:
    page = grove.get("/doc/place/gate", "text/html").text
    assert f'<a href="/about/un.example/sdg/4.2" title="{TARGET}">Target 4.2</a>' in page
    assert f'<a href="{TARGET}" rel="external noopener"' in page
    oak = grove.get("/doc/tree/oak", "text/html").text
    assert 'href="https://trees.example/oak"' in oak
    assert "/about/trees.example/oak" not in oak


def test_a_class_of_others_lists_things_of_others(grove: Client) -> None:
    page = grove.get("/browse", params={"class": "http://un.example/sdg/ontology#Target"})
    assert 'href="/about/un.example/sdg/4.2"' in page.text
    assert "<http://un.example/sdg/ontology#Target>; rel=describes" in page.headers["link"]
