"""Every file is read back by another reader, and what differs is noticed."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from gcmgraph.errors import ReleaseError
from gcmgraph.project import CURATION
from gcmgraph.publish.describe.context import make_context
from gcmgraph.publish.write import contents
from gcmgraph.publish.write.contents import Content
from gcmgraph.publish.write.dumps import write_quads, write_triples
from gcmgraph.publish.write.readback import decompressed, require_statements
from gcmgraph.publish.write.release import releasing
from gcmgraph.rdf import formats
from gcmgraph.rdf.graphs import quads

if TYPE_CHECKING:
    from pathlib import Path

    from example_project import Example
    from gcmgraph.publish.dataset import Dataset

PREFIXES = {"e": "http://e/", "urn": "urn:x-y:", "xsd": "http://www.w3.org/2001/XMLSchema#"}
TURTLE = r"""
@prefix e: <http://e/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
e:a a e:C, <urn:x-y:Class>, <urn:1> ; <urn:x-y:flows> "v", <urn:isbn:1> ; e:é "accent" ;
  e:p "plain", "english"@en, "british"@en-GB, "", " ", "\r", "a\rb", "c\r\nd", "\u0085\u2028\uFEFF",
    "\t\"quoted\" \\ é𝄞 \\n '''\"\"\"", "<b>&amp;]]></b>", "{@value}", "'", "|\\p" ;
  e:n 1, -5, 1.5, 1e3, true, "twelve"^^xsd:integer, "-0044-03-15"^^xsd:date, "<b/>"^^e:own ;
  e:x <http://e/z?a=1&b=2#c>, <http://e//y>, <http://e/>, <mailto:a@b>, <http://e/%20é'()> .
<http://e/z?a=1&b=2#c> e:p "z" . <tag:e.org,2020:x> e:p "of a tag" .
"""
GRAPH = {q.triple for q in ox.parse(TURTLE, format=ox.RdfFormat.TURTLE)}
NAMED = {"http://e/g": GRAPH, "urn:x-y:g": {next(iter(GRAPH))}}
CONTEXT = make_context("http://e/", {"g": GRAPH}, ("g",), PREFIXES)
RDF = (*formats.TRIPLES, *formats.QUADS)


def written(fmt: formats.Format) -> tuple[bytes, set[ox.Quad]]:
    if fmt in formats.QUADS:
        held = {q for name, g in NAMED.items() for q in quads(g, ox.NamedNode(name))}
        return write_quads(NAMED, fmt, PREFIXES), held
    return write_triples(GRAPH, fmt, PREFIXES, CONTEXT), set(quads(GRAPH))


@pytest.mark.parametrize("thorough", [False, True], ids=["quickly", "by rdflib"])
@pytest.mark.parametrize("fmt", RDF, ids=lambda fmt: fmt.name)
def test_each_format_holds_each_statement_to_the_character(
    fmt: formats.Format, thorough: bool
) -> None:
    data, held = written(fmt)
    require_statements("file", fmt, held, data, thorough=thorough)


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"plain", b"Plain"), (b"english", b"engl\nish"), (b"urn:isbn:1", b"urn:isbn:2")],
)
@pytest.mark.parametrize("fmt", RDF, ids=lambda fmt: fmt.name)
def test_what_differs_is_noticed(fmt: formats.Format, old: bytes, new: bytes) -> None:
    data, held = written(fmt)
    assert old in data
    with pytest.raises(ReleaseError, match="file, read back, is not what was to be written"):
        require_statements("file", fmt, held, data.replace(old, new))


def test_a_raw_carriage_return_in_xml_is_noticed() -> None:
    data, held = written(formats.RDFXML)
    with pytest.raises(ReleaseError, match=r"it lacks .*\\r"):
        require_statements("file", formats.RDFXML, held, data.replace(b"&#13;", b"\r"))


@pytest.mark.parametrize("fmt", RDF, ids=lambda fmt: fmt.name)
def test_statements_that_are_lost_or_gained_are_noticed(fmt: formats.Format) -> None:
    data, held = written(fmt)
    with pytest.raises(ReleaseError, match=r"it has .* besides"):
        require_statements("file", fmt, held - {next(iter(held))}, data)


@pytest.mark.parametrize("fmt", RDF, ids=lambda fmt: fmt.name)
def test_half_a_file_is_noticed(fmt: formats.Format) -> None:
    data, held = written(fmt)
    with pytest.raises(ReleaseError):
        require_statements("file", fmt, held, data[: len(data) // 2])


def test_a_torn_compressed_file_is_noticed() -> None:
    with pytest.raises(ReleaseError, match="cannot be read"):
        decompressed("file", gzip.compress(b"abc" * 100)[:-9], formats.GZIP)
    with pytest.raises(ReleaseError, match="cannot be read"):
        decompressed("file", b"abc", formats.ZSTD)


@pytest.fixture
def dataset(example: Example) -> Dataset:
    return example.check()


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"en":["Bé"]', '"en":["Be"]', "“label” of <.*/river/be>"),
        (',"length":12', "", "“length” of <.*/river/aa>"),
        ('"length":12', '"length":13', "“length”"),
        ("river/be", "river/ce", "it has other things"),
    ],
)
def test_nested_json_that_differs_is_noticed(
    example: Example, dataset: Dataset, old: str, new: str, message: str
) -> None:
    nested = {c.format: c for c in contents.things(example.project, dataset)}
    for content in nested.values():
        content.read_back(content.data)
    compare = nested[formats.NDJSON].compare
    text = nested[formats.NDJSON].data.decode()
    assert compare
    assert old in text
    with pytest.raises(ReleaseError, match=message):
        compare(text.replace(old, new).encode())


@pytest.mark.parametrize(
    ("old", "new"),
    [("Bé|sea", "Bé sea"), (",12,", ",12.0,"), ("length", "lengths"), ("\r\n", "\r\nx,y,1,z\r\n")],
)
def test_a_table_that_differs_is_noticed(
    example: Example, dataset: Dataset, old: str, new: str
) -> None:
    table = next(iter(contents.tables(example.project, dataset)))
    text = table.data.decode()
    assert table.compare
    assert old in text
    table.compare(table.data)
    with pytest.raises(ReleaseError, match=r"tables/river\.csv, read back"):
        table.compare(text.replace(old, new).encode())


def test_a_context_that_differs_is_noticed(dataset: Dataset) -> None:
    context = next(c for c in contents.dumps(dataset) if c.role == "context")
    assert context.compare
    context.compare(context.data)
    document = json.loads(context.data)
    del document["@context"]["label"]
    with pytest.raises(ReleaseError, match="it has other terms"):
        context.compare(json.dumps(document).encode())


def test_every_file_of_a_release_is_what_it_was_written_from(
    example: Example, dataset: Dataset
) -> None:
    """Whole, and by rdflib, as ``check --thorough`` does."""
    contents.check_contents(example.project, dataset, thorough=True)


def test_checksums_and_downloads_that_differ_are_noticed(
    example: Example, dataset: Dataset, tmp_path: Path
) -> None:
    with releasing(example.project, tmp_path, lambda _: None) as folder:
        folder.add(contents.dumps(dataset))
        catalog = {c.path: c for c in contents.catalog(example.project, dataset, folder.files)}
        (sums,) = contents.sums(folder.files)
        digest = next(entry.sha256 for entry in folder.files if entry.path == "riv.nq")
    for content in (catalog["dataset.jsonld"], sums):
        content.read_back(content.data)
        assert content.compare
        with pytest.raises(ReleaseError, match=f"{content.path}, read back"):
            content.compare(content.data.replace(digest.encode(), b"0" * 64))


def test_a_build_reads_back_what_it_writes(example: Example, tmp_path: Path) -> None:
    """A file that does not hold what it should is not released."""
    data = write_triples(GRAPH, formats.TURTLE, PREFIXES, CONTEXT)
    wrong = Content("x.ttl", "dataset", formats.TURTLE, data, holds=set(quads(set())))
    out = tmp_path / "releases"
    with (
        releasing(example.project, out, lambda _: None) as folder,
        pytest.raises(ReleaseError, match=r"x\.ttl, read back"),
    ):
        folder.add([wrong])
    assert [path.name for path in out.iterdir()] == [".lock"]


def test_two_files_of_one_name_are_refused(example: Example, tmp_path: Path) -> None:
    names = ("void.ttl", "Void.ttl")
    files = [Content(name, "catalog", formats.TURTLE, b"") for name in names]
    with (
        releasing(example.project, tmp_path, lambda _: None) as folder,
        pytest.raises(ReleaseError, match=r"Two files of the release would be Void\.ttl"),
    ):
        folder.add(files)


def test_carriage_returns_and_odd_properties_are_in_every_file(example: Example) -> None:
    example.write(
        "data/curation.ttl",
        '<https://rivers.example/id/river/aa> <urn:x-y:flows> "a\\rb", "c\\r\\nd", <urn:x:thing> .'
        '<urn:x:thing> a <urn:x:Kind> ; <urn:x-y:flows> "v" .',
    )
    dataset = example.check()
    assert len(dataset.graphs[CURATION]) == 5
    for content in (*contents.dumps(dataset), *contents.graphs(dataset)):
        content.read_back(content.data)
