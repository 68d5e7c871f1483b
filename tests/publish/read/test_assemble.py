"""Files become graphs, and faults are told with file and line."""

from __future__ import annotations

import shutil

import pyoxigraph as ox
import pytest

from example_project import Example
from gcmgraph.errors import ProjectError, RdfSyntaxError
from gcmgraph.publish.pipeline import build
from gcmgraph.publish.read.assemble import TAKEN, assemble, skolemize

CATALOG = "data/catalog.ttl"


def test_each_file_goes_to_its_graph(example: Example) -> None:
    found = assemble(example.project).graphs
    assert set(found) == {"guide", "curation", "reference", "ontology", "shapes", "catalog"}
    assert len(found["curation"]) == 1


def test_the_catalogue_gives_the_facts(example: Example) -> None:
    facts = assemble(example.project).facts
    assert (facts.title, facts.name, facts.version) == ("Rivers", "riv", "1.2.0")
    assert facts.graph_iri("x") == "https://rivers.example/graph/x"


def test_prefixes_are_the_standards_and_the_ontologys(example: Example) -> None:
    prefixes = assemble(example.project).prefixes
    assert prefixes["riv"] == "https://rivers.example/ontology#"
    assert prefixes["skos"] == "http://www.w3.org/2004/02/skos/core#"


def test_a_syntax_error_has_file_line_and_column(example: Example) -> None:
    example.edit("data/guide.ttl", 'rdfs:label "Aa"@en ;', 'rdfs:label "Aa"@en , ;')
    with pytest.raises(RdfSyntaxError, match=r"^data/guide\.ttl, line \d+, column \d+: .*\.$"):
        assemble(example.project)


def test_bytes_that_are_not_utf8_are_a_syntax_error(example: Example) -> None:
    path = example.root / "data/curation.ttl"
    path.write_bytes(path.read_bytes().replace(b"short", b"sh\xf6rt"))
    with pytest.raises(RdfSyntaxError, match=r"curation\.ttl, line 4, .*UTF-8"):
        assemble(example.project)


@pytest.mark.parametrize("node", ["[]", "_:x", "( 1 )"])
def test_a_blank_node_in_data_is_refused_with_its_line(example: Example, node: str) -> None:
    example.edit("data/curation.ttl", '"A short river."@en', f'"[ _:no ]" , # [ (\n  {node}')
    with pytest.raises(RdfSyntaxError, match=r"curation\.ttl, line 5: a blank node"):
        assemble(example.project)


def test_blank_nodes_become_the_same_iris_whatever_their_labels() -> None:
    def graph(text: str) -> set[ox.Triple]:
        parsed = ox.parse("@prefix e: <http://e/> . " + text, format=ox.RdfFormat.TURTLE)
        return skolemize({q.triple for q in parsed}, "http://e/genid/")

    one = graph("e:a e:p [ e:q 1 ], ( 2 3 ) .")
    assert one == graph("_:z e:q 1 . e:a e:p ( 2 3 ), _:z .")
    assert not any(isinstance(t.object, ox.BlankNode) for t in one)


def test_the_shapes_for_engines_keep_their_blank_nodes(example: Example) -> None:
    assembled = assemble(example.project)
    assert any(isinstance(t.object, ox.BlankNode) for t in assembled.written_shapes)
    assert not any(isinstance(t.object, ox.BlankNode) for t in assembled.graphs["shapes"])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("a dcat:Dataset", "a dcat:Catalog", "it describes 0"),
        (
            "dct:license <https://creativecommons.org/publicdomain/zero/1.0/>",
            'dct:license "CC0"',
            "needs dct:license, an IRI",
        ),
        ('    dcat:version "1.2.0" ;\n', "", "needs dcat:version"),
        ('dcat:version "1.2.0"', 'dcat:version "../x"', "exactly one dcat:version"),
        ('dcat:version "1.2.0"', 'dcat:version "1", "2"', "exactly one dcat:version"),
        ('"2026-01-31"^^xsd:date', '"January"', "exactly one dct:issued"),
        ("dcat:version", 'dct:modified "May" ; dcat:version', "exactly one dct:modified"),
        ('void:uriSpace "https://rivers.example/"', 'void:uriSpace "rivers"', "void:uriSpace"),
        ('Prefix "riv"', 'Prefix "a/b"', "vann:preferredNamespacePrefix"),
        ('Prefix "riv"', 'Prefix "shapes"', "a file of the release has that name"),
    ],
)
def test_a_catalogue_at_fault_is_refused(
    example: Example, old: str, new: str, message: str
) -> None:
    example.edit(CATALOG, old, new)
    with pytest.raises(ProjectError, match=message):
        assemble(example.project)


def test_a_prefix_of_two_meanings_is_refused(example: Example) -> None:
    example.edit("ontology/rivers.ttl", 'sh:prefix "riv"', 'sh:prefix "skos"')
    with pytest.raises(ProjectError, match="skos: is declared for two"):
        assemble(example.project)


def test_a_data_file_of_no_source_is_refused(example: Example) -> None:
    example.write("data/notes.ttl", "")
    with pytest.raises(ProjectError, match=r"notes\.ttl belongs to no source"):
        assemble(example.project)


def test_a_byte_order_mark_and_crlf_change_nothing(example: Example) -> None:
    before = assemble(example.project).graphs
    for path in example.root.rglob("*.ttl"):
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert assemble(example.project).graphs == before


def test_a_base_direction_is_refused_with_its_line(example: Example) -> None:
    example.edit("data/curation.ttl", '"A short river."@en', '"A river"@en,\n "مرحبا"@ar--rtl')
    with pytest.raises(RdfSyntaxError, match=r"curation\.ttl, line 5: a text with a base direc"):
        assemble(example.project)


def test_a_statement_about_a_statement_is_refused_with_its_line(example: Example) -> None:
    example.edit("data/curation.ttl", '"A short river."@en', "<<( <a:a>\n <a:b> <a:c> )>>")
    with pytest.raises(RdfSyntaxError, match=r"curation\.ttl, line 4: a statement about a stat"):
        assemble(example.project)


def test_the_faults_of_all_files_come_at_once(example: Example) -> None:
    example.edit("data/curation.ttl", '"A short river."@en', "[], 1, ()\n, _:x")
    example.write("data/reference/more.ttl", "<a:a> <a:b> .")
    with pytest.raises(RdfSyntaxError) as caught:
        assemble(example.project)
    assert [line.partition(":")[0] for line in caught.value.details] == [
        "data/reference/more.ttl, line 1, column 13",
        "data/curation.ttl, line 4",
        "data/curation.ttl, line 5",
    ]


@pytest.mark.parametrize(
    "base", ["https://rivers.example/#", "https://r.example/?x=/", "http://a b/"]
)
def test_a_base_below_which_nothing_can_be_named_is_refused(example: Example, base: str) -> None:
    example.edit(CATALOG, 'void:uriSpace "https://rivers.example/"', f'void:uriSpace "{base}"')
    with pytest.raises(ProjectError, match=r"an address on the web that ends in “/”"):
        assemble(example.project)


def test_all_that_the_catalogue_lacks_comes_at_once(example: Example) -> None:
    example.edit(CATALOG, '    dcat:version "1.2.0" ;\n', "")
    example.edit(CATALOG, '"2026-01-31"^^xsd:date', '"2026-02-31"')
    example.edit(CATALOG, 'Prefix "riv"', 'Prefix "void"')
    with pytest.raises(ProjectError) as caught:
        assemble(example.project)
    assert len(caught.value.details) == 3


@pytest.mark.parametrize("name", ["xml", "XMLx"])
def test_a_prefix_that_is_xmls_own_is_refused(example: Example, name: str) -> None:
    example.edit("ontology/rivers.ttl", 'sh:prefix "riv"', f'sh:prefix "{name}"')
    with pytest.raises(ProjectError, match="XML's own"):
        assemble(example.project)


def test_a_name_that_a_file_of_the_release_bears_is_refused(example: Example) -> None:
    build(example.project, example.root / "releases", lambda _: None)
    files = [path for path in (example.root / "releases/current").iterdir() if path.is_file()]
    stems = {path.name.partition(".")[0] for path in files}
    assert stems - {"riv", "manifest", "SHA256SUMS"} == TAKEN
    for stem in sorted(TAKEN):
        changed = Example(shutil.copytree(example.root, example.root.parent / stem))
        changed.edit(CATALOG, 'Prefix "riv"', f'Prefix "{stem}"')
        with pytest.raises(ProjectError, match=f"“{stem}” cannot be the vann"):
            assemble(changed.project)
