"""Addresses: one for each thing, whatever it is called and however it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gcmgraph.rdf.terms import is_iri
from gcmgraph.serve.addresses import ABOUT, DOCUMENT, Addresses, Reading, with_suffix
from gcmgraph.serve.http.problems import LONGEST_PATH
from sample_release import BASE

if TYPE_CHECKING:
    from servers import Client

ADDRESSES = Addresses(BASE)

PARTS = st.lists(
    st.sampled_from(["a", "é", "北", "4.2", "%C3%A9", "%c3", "%2F", "%3F", "%25", "/", "?", "#"]),
    min_size=1,
).map("".join)


STARTS = st.sampled_from(
    [
        "http://un.example/",
        "https://un.example:8443/",
        "http://un.example",
        "urn:x-y:",
        "tel:",
        "ftp://un.example/",
        "HTTP://un.example/",
        "x:",
        "javascript:",
    ]
)


@given(STARTS, PARTS)
def test_every_iri_of_others_has_an_address_that_means_it(start: str, part: str) -> None:
    iri = start + part
    assume(is_iri(iri))
    address = ADDRESSES.document(iri)
    assert address.isascii()
    assert not {"?", "#"} & set(address)
    assert Reading(iri, None) in ADDRESSES.readings(address.removeprefix(ABOUT), ABOUT)


@given(PARTS.filter(lambda part: "#" not in part))
def test_every_thing_of_ours_has_an_address_that_means_it(slug: str) -> None:
    iri = f"{BASE}id/tree/{slug}"
    assume(is_iri(iri))
    address = ADDRESSES.document(iri)
    assert Reading(iri, None) in ADDRESSES.readings(address.removeprefix(DOCUMENT), DOCUMENT)
    elsewhere = f"{BASE}tree/{slug}"
    assert Reading(elsewhere, None) in ADDRESSES.readings(ADDRESSES.document(elsewhere), "")


@given(st.text(max_size=40))
def test_any_path_is_read_as_iris_or_not_at_all(text: str) -> None:
    for root in (DOCUMENT, ABOUT, ""):
        assert all(is_iri(reading.iri) for reading in ADDRESSES.readings(f"/{text}", root))


def test_a_part_of_a_thing_is_told_of_in_its_document() -> None:
    document = ADDRESSES.document(f"{BASE}id/excerpt/survey-1#quote")
    assert document == "/doc/excerpt/survey-1#quote"
    assert with_suffix(document, "TTL") == "/doc/excerpt/survey-1.ttl#quote"


@pytest.mark.parametrize(
    "iri", ["javascript:alert(1)", "urn:isbn:1?=q#f", "tel:112", "ftp://e.org//x", "HTTP://e.org/x"]
)
def test_what_is_not_of_the_web_has_an_address_here(iri: str) -> None:
    address = ADDRESSES.document(iri)
    assert address.startswith("/about/")
    assert iri in {reading.iri for reading in ADDRESSES.readings(address[6:], "/about")}


@pytest.mark.parametrize(
    ("spelt", "canonical"),
    [
        ("/id/tree/oak/", "/id/tree/oak"),
        ("/id/tree//oak", "/id/tree/oak"),
        ("/id/tree/%6Fak", "/id/tree/oak"),
        ("/id/tree/K%c3%b6ln", "/id/tree/K%C3%B6ln"),
        ("/doc/tree/oak/?format=ttl", "/doc/tree/oak?format=ttl"),
        ("/doc/tree/oak.TTL", "/doc/tree/oak.ttl"),
        ("/doc/tree/oak.ttl/", "/doc/tree/oak.ttl"),
        ("/doc//tree/%6fak.nt", "/doc/tree/oak.nt"),
        ("/do%63/tree/oak", "/doc/tree/oak"),
        ("/doc/tree/", "/doc/tree"),
        ("/doc/tr%65e", "/doc/tree"),
        ("/doc/tree/?page=1", "/doc/tree?page=1"),
        ("/graph/survey/", "/graph/survey"),
        ("/graph/Survey.TTL", None),
        ("/graph/survey.TTL", "/graph/survey.ttl"),
        ("/graph//survey", "/graph/survey"),
        ("/about/UN.example/sdg/4.2", "/about/un.example/sdg/4.2"),
        ("/about/un.example/sdg/4.2/", "/about/un.example/sdg/4.2"),
        ("/about/un.example/sdg//4.2.TTL", "/about/un.example/sdg/4.2.ttl"),
        ("/about/un.example", "/about/un.example/"),
        ("/about/http://un.example/sdg/4.2", "/about/un.example/sdg/4.2"),
        ("/about/https%3A//un.example/safe", None),
        (f"/about/{BASE[8:]}id/tree/oak", "/doc/tree/oak"),
        (f"/about/{BASE[8:]}id/tree/oak.ttl", "/doc/tree/oak.ttl"),
        (f"/about/{BASE[8:]}ontology%23Tree", "/ontology#Tree"),
        ("/doc/tree/none/", None),
        ("/doc/tree%2Foak", None),
        ("/doc%2Ftree/oak", None),
        ("/doc/excerpt/survey-1%23quote", None),
        ("/id/tree/oak.ttl", None),
    ],
)
def test_every_spelling_leads_to_the_one_address_or_to_none(
    grove: Client, spelt: str, canonical: str | None
) -> None:
    response = grove.get(spelt)
    if canonical is None:
        assert response.status_code == 404
    else:
        assert (response.status_code, response.headers["location"]) == (308, canonical)
        assert grove.get(canonical).status_code in (200, 303)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_stands_exactly_at_an_address_wins_over_a_suffix(grove: Client, method: str) -> None:
    file = grove.request(method, "/doc/tree/plan.ttl", headers={"Accept": "text/turtle"})
    assert f"<{BASE}id/tree/plan.ttl>; rel=describes" in file.headers["link"]
    plan = grove.request(method, "/doc/tree/plan.nt")
    assert f"<{BASE}id/tree/plan>; rel=describes" in plan.headers["link"]


@pytest.mark.parametrize(
    ("slug", "label"),
    [
        ("Köln", "Linde in Köln"),
        ("K%C3%B6ln", "Linde in Köln"),
        ("北京", "Ginkgo in 北京"),
        ("%E5%8C%97%E4%BA%AC", "Ginkgo in 北京"),
    ],
)
def test_names_of_any_script_work_as_letters_and_as_escapes(
    grove: Client, slug: str, label: str
) -> None:
    thing = grove.get(f"/id/tree/{slug}")
    assert thing.status_code == 303
    document = grove.get(thing.headers["location"], "text/html")
    assert label in document.text
    for response in (thing, document):
        assert all(value.isascii() for value in response.headers.values())


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/doc/tree/oak%00", 404),
        ("/doc/tree/%0D%0AX-Evil:1", 404),
        ("/doc/tree/%FF", 404),
        ("/doc/tree/%2E%2E/oak", 404),
        ("/doc/tree/..%2F..%2Fetc", 404),
        ("/id", 404),
        ("/doc/", 404),
        ("/about", 404),
        ("/about/", 404),
        ("/about/a%20b/c", 404),
        ("/about/un.example/%3Cscript%3E", 404),
        ("/graph", 404),
        ("/graph/..%2Fsurvey", 404),
        (f"/doc/tree/{'x' * LONGEST_PATH}", 414),
        (f"/about/un.example/{'/' * LONGEST_PATH}", 414),
        (f"/graph/{'x' * LONGEST_PATH}", 414),
    ],
)
def test_the_absurd_is_refused(grove: Client, path: str, status: int) -> None:
    response = grove.get(path)
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"


def test_hordes_of_headers_are_no_trouble(grove: Client) -> None:
    headers = [("Accept", f"a/b{n}") for n in range(10_000)] + [("X-Much", "x")] * 10_000
    assert grove.request("GET", "/doc/tree/oak", headers=headers).status_code == 406
    accept = {"Accept": "text/turtle," + ",".join(["*/*;q=0.1"] * 10_000)}
    assert grove.request("GET", "/doc/tree/oak", headers=accept).status_code == 200
