"""A file that an editor saved in another encoding is named, and what to do is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gcmgraph.errors import GcmGraphError
from gcmgraph.publish.pipeline import build
from gcmgraph.publish.read.external import parse

if TYPE_CHECKING:
    from example_project import Example


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
@pytest.mark.parametrize(
    "name",
    [
        "data/curation.ttl",
        "shapes/river.ttl",
        "ontology/rules/drains.rq",
        "data/tables/river.rq",
        "data/queries/rivers.rq",
        "data/frames/river.jsonld",
        "data/sources/guide/source.toml",
        "data/wording.toml",
    ],
)
def test_another_encoding_is_named(example: Example, name: str, encoding: str) -> None:
    path = example.root / name
    text = path.read_text("utf-8") if path.exists() else ""
    path.write_bytes(f"{text}# Brüssel\n".encode(encoding))
    with pytest.raises(GcmGraphError, match=rf"{name}.*; save (it|the file) as UTF-8\.") as caught:
        build(example.project, example.root / "releases", lambda _: None)
    assert "codec" not in str(caught.value)


def test_the_encoding_of_an_included_file_is_named(example: Example) -> None:
    data = "<x:a> <x:b> <x:c> . # Brüssel\n".encode("latin-1")
    with pytest.raises(GcmGraphError, match=r"more\.ttl is not UTF-8 .*; save it as UTF-8\."):
        parse(example.root / "more.ttl", data, "https://rivers.example/")
