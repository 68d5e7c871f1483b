"""What search engines take out of a page: its schema.org description."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import extruct
import pytest

if TYPE_CHECKING:
    from integration.served import Ours

THINGS = [
    "practice/thailand-universal-coverage",
    "objective/15",
    "organization/who",
    "measure/chile-encounters",
    "resource/2030-agenda",
    "theme/health",
]


def markup_of(ours: Ours, path: str) -> dict[str, Any]:
    """Return the one description that stands in a page."""
    page = ours.client.get(path, headers={"Accept": "text/html"})
    assert page.headers["content-type"] == "text/html;charset=utf-8"
    (found,) = extruct.extract(page.text, str(page.url), syntaxes=["json-ld"])["json-ld"]
    assert found["@context"].rstrip("/").endswith("//schema.org")
    return found


def test_the_dataset_has_what_google_asks_for(ours: Ours) -> None:
    found = markup_of(ours, "/")
    assert found["@type"] == "Dataset"
    assert found["@id"] == ours.manifest.iri
    assert found["name"] == ours.manifest.title
    assert 50 <= len(found["description"]) <= 5000
    assert found["license"] == ours.manifest.license
    assert found["version"] == ours.manifest.version
    assert found["isAccessibleForFree"] is True
    assert found["keywords"]
    assert found["spatialCoverage"]
    assert found["identifier"]
    assert all({"@type", "name"} <= creator.keys() for creator in found["creator"])


def test_the_dataset_s_files_are_there(ours: Ours) -> None:
    for file in markup_of(ours, "/")["distribution"]:
        assert file["@type"] == "DataDownload"
        answer = ours.client.head(ours.at(file["contentUrl"]))
        assert answer.status_code == 200
        assert answer.headers["content-type"].partition(";")[0] in file["encodingFormat"]


@pytest.mark.parametrize("thing", THINGS)
def test_a_thing_is_described(ours: Ours, thing: str) -> None:
    found = markup_of(ours, f"/doc/{thing}")
    assert found["@id"] == f"{ours.manifest.base}id/{thing}"
    assert found["@type"]
    assert found["name"]
    page = found["subjectOf"]
    assert page["license"] == ours.manifest.license
    assert page["isPartOf"]["@id"] == ours.manifest.iri


def test_a_target_is_the_un_s(ours: Ours) -> None:
    found = markup_of(ours, "/about/metadata.un.org/sdg/3.8")
    assert found["@id"] == "http://metadata.un.org/sdg/3.8"
    assert "universal health coverage" in str(found["name"])
