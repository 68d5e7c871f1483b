"""What crawlers, browsers and programs look for first."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.robotparser import RobotFileParser

if TYPE_CHECKING:
    from servers import Client

SITE = "http://park.test"


def test_crawlers_read_documents_and_run_no_queries(sample: Client):
    robots = RobotFileParser()
    text = sample.get("/robots.txt").text
    assert "Disallow: /sparql?\n" in text
    robots.parse(text.splitlines())
    for path in ("/", "/doc/tree/oak", "/ontology", "/download/"):
        assert robots.can_fetch("anybody", SITE + path)
    assert not robots.can_fetch("anybody", f"{SITE}/sparql?query=ASK%7B%7D")
    assert robots.site_maps() == [f"{SITE}/sitemap.xml"]


def test_the_catalogue_of_services_names_addresses_that_answer(sample: Client):
    response = sample.get("/.well-known/api-catalog")
    assert response.headers["content-type"].startswith("application/linkset+json;profile=")
    assert "rel=api-catalog" in response.headers["link"]
    (endpoint,) = response.json()["linkset"]
    assert endpoint["anchor"] == f"{SITE}/sparql"
    for link in (*endpoint["service-desc"], *endpoint["service-doc"]):
        found = sample.get(link["href"], link["type"])
        assert found.status_code == 200
        assert found.headers["content-type"].startswith(link["type"])


def test_a_browser_finds_an_icon(sample: Client):
    response = sample.get("/favicon.ico")
    assert response.status_code == 308
    icon = sample.get(response.headers["location"])
    assert icon.headers["content-type"].startswith("image/svg+xml")
