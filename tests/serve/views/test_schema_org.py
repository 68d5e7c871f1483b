"""Things as search engines read them."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from sample_release import BASE

if TYPE_CHECKING:
    from pathlib import Path

    from servers import Client

BLOCK = re.compile(r'<script type="application/ld\+json">(.*?)</script>', re.DOTALL)


def markup_of(client: Client, path: str) -> dict[str, Any]:
    page = client.get(path, "text/html").text
    [block] = BLOCK.findall(page)
    assert page.count("<script") == page.count("</script>") == 1
    found: dict[str, Any] = json.loads(block)
    return found


def test_a_page_tells_search_engines_what_the_thing_is(grove: Client) -> None:
    assert markup_of(grove, "/doc/place/gate") == {
        "@context": "https://schema.org/",
        "@id": f"{BASE}id/place/gate",
        "@type": "Place",
        "identifier": f"{BASE}id/place/gate",
        "url": "http://park.test/doc/place/gate",
        "name": [
            {"@language": "en", "@value": "Gate"},
            {"@language": "de", "@value": "Tor"},
        ],
        "description": {"@language": "en", "@value": "Where one enters."},
        "sameAs": "http://un.example/sdg/4.2",
        "maximumAttendeeCapacity": 12,
        "containsPlace": {"@id": f"{BASE}id/meadow/north"},
        "subjectOf": {
            "@type": "AboutPage",
            "url": "http://park.test/doc/place/gate",
            "license": "https://creativecommons.org/licenses/by/4.0/",
            "isPartOf": {
                "@type": "Dataset",
                "@id": f"{BASE}dataset",
                "name": "Trees of the park",
            },
        },
    }


def test_what_schema_org_does_not_know_is_a_thing(grove: Client) -> None:
    assert markup_of(grove, "/doc/tree/oak")["@type"] == "Thing"


def test_no_label_closes_the_element(grove: Client) -> None:
    assert markup_of(grove, "/doc/tree/script")["name"] == "</script><script>alert('&')</script>"


def test_the_page_of_a_part_describes_it_as_a_dataset(
    published: Client, example_release: Path
) -> None:
    whole = json.loads((example_release / "dataset.jsonld").read_bytes())
    parts = {part["@id"]: part for part in whole["hasPart"]}
    rivers = "https://rivers.example/"
    river = "/browse?class=https%3A%2F%2Frivers.example%2Fontology%23River"
    for path, iri in (
        ("/graph/guide", f"{rivers}graph/guide"),
        (river, f"{rivers}id/part/river"),
    ):
        found = markup_of(published, path)
        assert found.pop("@context") == "https://schema.org/"
        assert found.pop("isPartOf") == {"@type": "Dataset", "@id": rivers, "name": "Rivers"}
        assert found == parts[iri]
    assert {one["name"] for one in parts[f"{rivers}id/part/river"]["variableMeasured"]} == {
        "name",
        "length",
        "ends",
    }


def test_a_page_of_no_part_has_no_description(published: Client, sample: Client) -> None:
    sea = "/browse?class=https%3A%2F%2Frivers.example%2Fontology%23Sea"
    for client, path in ((published, sea), (sample, "/graph/survey")):
        page = client.get(path, "text/html")
        assert page.status_code == 200
        assert not BLOCK.search(page.text)
