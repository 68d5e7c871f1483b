"""Search finds what people mean, as a page and as JSON."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest

if TYPE_CHECKING:
    from servers import Client

BASE = "https://rivers.example/"


def found(published: Client, words: str, **more: Any) -> Any:
    return published.get("/search", "application/json", params={"q": words} | more).json()


@pytest.mark.parametrize(
    ("words", "thing"),
    [
        ("Aa", "id/river/aa"),
        ("be", "id/river/be"),
        ("Bé", "id/river/be"),
        # The beginning of a word, while somebody types.
        ("rive", "queries/rivers"),
        # In the words of a source, with a letter wrong.
        ("flwos", "id/excerpt/guide-3"),
    ],
)
def test_a_thing_is_found_by_words(published: Client, words: str, thing: str) -> None:
    items = found(published, words)["items"]
    assert BASE + thing in [item["id"] for item in items]
    for item in items:
        address = item["url"].partition("://")[2].partition("/")[2]
        assert published.get(f"/{address}", "text/html").status_code == 200


def test_a_river_comes_before_the_words_about_it(published: Client) -> None:
    items = found(published, "aa")["items"]
    assert items[0]["id"] == f"{BASE}id/river/aa"
    assert items[0]["kind"] == "river"


def test_what_was_searched_instead_is_said(published: Client) -> None:
    answer = found(published, "flwos")
    assert answer["instead"].keys() == {"flwos"}
    page = published.get("/search", "text/html", params={"q": "flwos"}).text
    assert "for “flwos”" in page


def test_pages_hold_all_and_each_once(published: Client) -> None:
    first = found(published, "river")
    seen = [item["id"] for item in first["items"]]
    page = 1
    while "next" in first:
        page += 1
        first = found(published, "river", page=page)
        seen += [item["id"] for item in first["items"]]
    assert len(seen) == len(set(seen)) == first["total"]


def test_nothing_is_found_for_nothing(published: Client) -> None:
    assert found(published, "")["total"] == 0
    assert found(published, '"* OR -')["total"] >= 0
    answer = found(published, "zzzzzzzz")
    assert (answer["total"], answer["instead"]) == (0, {})
    assert "Try fewer or other words" in published.get("/search?q=zzzzzzzz", "text/html").text


def test_words_are_shown_as_text(published: Client) -> None:
    page = published.get("/search", "text/html", params={"q": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_a_search_that_is_too_long_is_refused(published: Client) -> None:
    answer = published.get("/search", params={"q": "a" * 201})
    assert answer.status_code == 400
    assert "at most 200 characters" in answer.json()["detail"]


def test_browsers_are_told_how_to_search_and_get_suggestions(published: Client) -> None:
    description = ElementTree.fromstring(published.get("/opensearch.xml").text)
    templates = [url.get("template", "") for url in description if url.tag.endswith("Url")]
    assert [t.rpartition("/")[2] for t in templates] == [
        "search?q={searchTerms}",
        "suggest?q={searchTerms}",
    ]
    asked, labels, kinds, addresses = published.get("/search/suggest", params={"q": "Aa"}).json()
    assert (asked, labels[0], kinds[0]) == ("Aa", "Aa", "river")
    assert addresses[0].endswith("/doc/river/aa")
    page = published.get("/", "text/html").text
    assert 'rel="search"' in page
    assert 'role="search"' in page
