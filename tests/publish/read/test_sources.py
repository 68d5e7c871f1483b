"""Documents are what their sidecars say."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from gcmgraph.errors import SourceError
from gcmgraph.publish.read.sources import describe, read_source, read_sources
from gcmgraph.rdf.namespaces import DCT, SPDX

if TYPE_CHECKING:
    from tiny_project import Tiny

SIDECAR = "data/sources/guide/source.toml"
TEXT = "data/sources/guide/guide.txt"
IRI = "https://rivers.example/id/source/guide"


def read(tiny: Tiny) -> None:
    read_sources(tiny.project, "https://rivers.example/")


def test_a_source_is_read(tiny: Tiny) -> None:
    source = read_source(tiny.root / "data/sources/guide", IRI)
    assert source.text[2:9] == "A guide"
    assert source.furniture[0].reason == "Navigation."


def test_the_sidecar_becomes_rdf(tiny: Tiny) -> None:
    found = {
        t.predicate.value for t in describe(read_source(tiny.root / "data/sources/guide", IRI))
    }
    assert {DCT.title, DCT.extent, DCT.source, SPDX.checksumValue} <= found


def test_offsets_count_characters_and_line_ends_as_they_are(tiny: Tiny) -> None:
    data = "a\r\né𝄞b".encode()
    (tiny.root / TEXT).write_bytes(data)
    text = (tiny.root / SIDECAR).read_text("utf-8").partition("[[furniture]]")[0]
    old = text.partition('sha256 = "')[2][:64]
    tiny.write(SIDECAR, text.replace(old, hashlib.sha256(data).hexdigest()))
    assert read_source(tiny.root / "data/sources/guide", IRI).text.index("b") == 5


def test_a_missing_text_is_named(tiny: Tiny) -> None:
    (tiny.root / TEXT).unlink()
    with pytest.raises(SourceError, match=r"guide\.txt is missing"):
        read(tiny)


def test_a_changed_text_is_refused_with_both_hashes(tiny: Tiny) -> None:
    tiny.edit(TEXT, "12 km", "13 km")
    with pytest.raises(SourceError, match=r"begins [0-9a-f]{12}, source\.toml says [0-9a-f]{12}"):
        read(tiny)


def test_a_text_that_is_not_utf8_is_refused(tiny: Tiny) -> None:
    data = b"caf\xe9"
    recorded = (tiny.root / SIDECAR).read_text("utf-8")
    (tiny.root / TEXT).write_bytes(data)
    old = recorded.partition('sha256 = "')[2][:64]
    tiny.write(SIDECAR, recorded.replace(old, hashlib.sha256(data).hexdigest()))
    with pytest.raises(SourceError, match="not UTF-8"):
        read(tiny)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('producer = "The tests"\n', "", "lacks “producer”"),
        ("producer =", "produced =", "lacks “producer”"),
        ("page =", "pages =", "unknown key “pages”"),
        ("received = 2026-01-31", 'received = "2026"', "“received” must be a date"),
        ('title = "A guide"', 'title = " "', "“title” is empty"),
        ('file = "guide.txt"', 'file = "../guide.txt"', "without a path"),
        ("title =", "title", "cannot be read as TOML"),
        ('reason = "Navigation."', 'reason = " "', "“reason” is empty"),
        ('words = "Home | Next"', 'words = "Home"\nshown = 1', "unknown key “shown”"),
        ('words = "Home | Next"', 'words = "Home|Next"', "stand nowhere"),
        ('words = "Home | Next"', 'words = "A guide"', "they stand at 2"),
    ],
)
def test_a_sidecar_at_fault_is_refused(tiny: Tiny, old: str, new: str, message: str) -> None:
    tiny.edit(SIDECAR, old, new)
    with pytest.raises(SourceError, match=message):
        read(tiny)


def test_a_source_cannot_take_the_name_of_another_graph(tiny: Tiny) -> None:
    folder = tiny.root / "data/sources/guide"
    folder.rename(folder.with_name("inferred"))
    with pytest.raises(SourceError, match="inferred"):
        read(tiny)
