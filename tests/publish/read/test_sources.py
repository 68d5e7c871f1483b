"""Documents are what their sidecars say."""

from __future__ import annotations

import hashlib
import shutil
from typing import TYPE_CHECKING

import pytest

from gcmgraph.errors import SourceError
from gcmgraph.publish.read.sources import describe, read_source, read_sources
from gcmgraph.rdf.namespaces import DCT, SPDX

if TYPE_CHECKING:
    from example_project import Example

SIDECAR = "data/sources/guide/source.toml"
TEXT = "data/sources/guide/guide.txt"
IRI = "https://rivers.example/id/source/guide"


def read(example: Example) -> None:
    read_sources(example.project, "https://rivers.example/")


def test_a_source_is_read(example: Example) -> None:
    source = read_source(example.root / "data/sources/guide", IRI)
    assert source.text[2:9] == "A guide"
    assert source.boilerplate[0].reason == "Navigation."


def test_the_sidecar_becomes_rdf(example: Example) -> None:
    found = {
        t.predicate.value for t in describe(read_source(example.root / "data/sources/guide", IRI))
    }
    assert {DCT.title, DCT.extent, DCT.source, SPDX.checksumValue} <= found


def test_offsets_count_characters_and_line_ends_as_they_are(example: Example) -> None:
    data = "a\r\né𝄞b".encode()
    (example.root / TEXT).write_bytes(data)
    text = (example.root / SIDECAR).read_text("utf-8").partition("[[boilerplate]]")[0]
    old = text.partition('sha256 = "')[2][:64]
    example.write(SIDECAR, text.replace(old, hashlib.sha256(data).hexdigest()))
    assert read_source(example.root / "data/sources/guide", IRI).text.index("b") == 5


def test_a_missing_text_is_named(example: Example) -> None:
    (example.root / TEXT).unlink()
    with pytest.raises(SourceError, match=r"guide\.txt is missing"):
        read(example)


def test_a_changed_text_is_refused_with_both_hashes(example: Example) -> None:
    example.edit(TEXT, "12 km", "13 km")
    with pytest.raises(SourceError, match=r"begins [0-9a-f]{12}, source\.toml says [0-9a-f]{12}"):
        read(example)


def test_a_text_that_is_not_utf8_is_refused(example: Example) -> None:
    data = b"caf\xe9"
    recorded = (example.root / SIDECAR).read_text("utf-8")
    (example.root / TEXT).write_bytes(data)
    old = recorded.partition('sha256 = "')[2][:64]
    example.write(SIDECAR, recorded.replace(old, hashlib.sha256(data).hexdigest()))
    with pytest.raises(SourceError, match="not UTF-8"):
        read(example)


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
        ('page = "https://rivers', 'page = "see https://rivers', "“page” must be an address"),
        ('language = "en"', 'language = "in English"', "“language” must be a tag"),
        ('file = "guide.txt"', 'file = "a\\u0000b"', "“file” must name a file"),
        ("received = 2026-01-31", "received = 2026-02-31", "cannot be read as TOML"),
    ],
)
def test_a_sidecar_at_fault_is_refused(example: Example, old: str, new: str, message: str) -> None:
    example.edit(SIDECAR, old, new)
    with pytest.raises(SourceError, match=message):
        read(example)


def test_a_source_cannot_take_the_name_of_another_graph(example: Example) -> None:
    folder = example.root / "data/sources/guide"
    folder.rename(folder.with_name("inferred"))
    with pytest.raises(SourceError, match="inferred"):
        read(example)


def test_a_sidecar_with_a_byte_order_mark_and_crlf_is_read(example: Example) -> None:
    path = example.root / SIDECAR
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    read(example)


def test_all_faults_of_the_sidecars_come_at_once(example: Example) -> None:
    shutil.copytree(example.root / "data/sources/guide", example.root / "data/sources/map")
    example.edit(SIDECAR, "producer =", "produced =")
    example.edit(SIDECAR, 'title = "A guide"', 'title = ""')
    example.edit("data/sources/map/source.toml", "start = 84", "start = 85")
    example.edit("data/sources/map/source.toml", 'words = "Home | Next"', 'words = "A guide"')
    with pytest.raises(SourceError) as caught:
        read(example)
    assert len(caught.value.details) == 4
    assert "map" in caught.value.details[-1]
