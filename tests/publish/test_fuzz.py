"""Whatever somebody's editor makes of a file: a sentence, and never a fault of the program."""

from __future__ import annotations

import os
import random
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest
import rdflib

from example_project import EXAMPLE, Example
from gcmgraph.cli import INTERNAL, main
from gcmgraph.publish.pipeline import check
from gcmgraph.rdf import formats
from gcmgraph.rdf.graphs import RDF_FORMATS, Graph, ntriples, serialize

if TYPE_CHECKING:
    from collections.abc import Callable

#: More rounds find more; the seed of each is its number.
ROUNDS = int(os.environ.get("GCMGRAPH_FUZZ_ROUNDS", "6"))

WORDING = "data/wording.toml"
FILES = (
    "data/catalog.ttl",
    "data/curation.ttl",
    "data/guide.ttl",
    "ontology/rivers.ttl",
    "shapes/river.ttl",
    "data/frames/river.jsonld",
    "data/tables/river.rq",
    "data/queries/rivers.rq",
    "ontology/rules/drains.rq",
    "data/sources/guide/source.toml",
    WORDING,
)
#: What stands in files that people and programs send each other.
ODD = (
    *("", " ", "\n", "\r", "\r\n", "\t", "\0", "\x07", "\ufeff", "\ufffe", "\u202e", "é", "𝄞", "'"),
    *('"', '"""', "\\", "\\u0000", "\\uD800", "<", ">", "<>", "<#>", "<urn:1>", "<a b>", "[", "]"),
    *(
        "[]",
        "( )",
        "{",
        "}",
        ".",
        ";",
        ",",
        "|",
        "@en",
        "@ar--rtl",
        "@x-y",
        "^^<urn:t>",
        "_:b",
        "#",
    ),
    *(
        "a",
        "01",
        "-1",
        "1e999",
        "99999999999999999999999",
        "NaN",
        "true",
        "null",
        "[[",
        "]]",
        "=",
        "%",
    ),
    *(
        '"-0044-03-15"^^<http://www.w3.org/2001/XMLSchema#date>',
        '"x"@en',
        "<<( )>>",
        "https://",
        "//",
    ),
    "[" * 3000,
)


def turtle(graph: Graph) -> bytes:
    return serialize(graph, ox.RdfFormat.TURTLE, {"riv": "https://rivers.example/ontology#"})


def by_rdflib(name: str) -> Callable[[Graph], bytes]:
    def write(graph: Graph) -> bytes:
        read = rdflib.Graph().parse(data=ntriples(graph), format="nt")
        return bytes(read.serialize(format=name, encoding="utf-8"))

    return write


def by_hand(graph: Graph) -> bytes:
    """As people write who like it strange: comments, tabs, CRLF, long texts, no space."""
    lines = ["\ufeffPREFIX :<https://rivers.example/>#[", "\t@base <https://rivers.example/id/>."]
    for t in sorted(graph, key=str):
        value = str(t.object)
        if isinstance(t.object, ox.Literal) and t.object.language and "'" not in value:
            value = f"'''{t.object.value}'''@{t.object.language}".replace("\\", "\\\\")
        lines.append(f"{t.subject}\t{t.predicate}#<\n{value},{t.object}.")
    return "\r\n".join(lines).encode()


WRITERS: dict[str, Callable[[Graph], bytes]] = {
    "pyoxigraph": turtle,
    "rdflib": by_rdflib("turtle"),
    "rdflib-long": by_rdflib("longturtle"),
    "n-triples": ntriples,
    "by hand": by_hand,
}


def rewritten(example: Example, write: Callable[[Graph], bytes]) -> None:
    for path in example.root.rglob("*.ttl"):
        graph = {q.triple for q in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE)}
        path.write_bytes(write(graph))


@pytest.mark.parametrize("writer", WRITERS)
def test_turtle_is_read_alike_whoever_wrote_it(example: Example, writer: str) -> None:
    before = example.check()
    rewritten(example, WRITERS[writer])
    after = check(example.project, lambda _: None)
    assert after.default == before.default
    assert after.graphs["shapes"] == before.graphs["shapes"]


def broken(text: str, chance: random.Random) -> str:
    """Return a text with one to three changes, of the kind that editors and people make."""
    for _ in range(chance.randint(1, 3)):
        start = chance.randint(0, len(text))
        end = min(len(text), start + chance.choice((0, 0, 1, 1, 5, 40)))
        new = chance.choice((chance.choice(ODD), chance.choice(ODD), text[end : end + 30]))
        if chance.random() < 0.3 and (words := text.split()):
            text = text.replace(chance.choice(words), chance.choice((new, chance.choice(words))))
        else:
            text = text[:start] + new + text[end:]
    return text


def outcome(root: Path, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    status = main(["build", "--project", str(root), "--out", str(root / "out")])
    return status, capsys.readouterr().err


@pytest.mark.parametrize("seed", range(ROUNDS))
@pytest.mark.parametrize("name", [*FILES, *(f"data/guide.ttl {w}" for w in WRITERS)])
def test_a_broken_file_is_no_fault_of_the_program(
    example: Example, name: str, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    file, _, writer = name.partition(" ")
    if writer:
        rewritten(example, WRITERS[writer])
    if file == WORDING:
        example.edit("data/guide.ttl", "riv:length 12", "riv:length 13")
        example.write(
            WORDING, 'unnamed = []\n[values]\n"id/river/aa" = { "13" = ["12 km"] }\n[names]\n'
        )
    text = (example.root / file).read_bytes().decode("utf-8")
    changed = broken(text, random.Random(f"{name} {seed}"))
    (example.root / file).write_bytes(changed.encode("utf-8", "surrogatepass"))
    status, said = outcome(example.root, capsys)
    assert status != INTERNAL, f"{said}\n{changed}"
    assert "Traceback" not in said
    assert (status == 0) is (said == "")


@pytest.mark.parametrize("seed", range(ROUNDS))
@pytest.mark.parametrize("name", FILES)
def test_broken_bytes_are_no_fault_of_the_program(
    name: str, seed: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    root = Path(shutil.copytree(EXAMPLE, tmp_path / "example"))
    path = root / name
    data = bytearray(path.read_bytes() if path.exists() else b"[names]\n")
    chance = random.Random(f"{name} {seed}")
    for _ in range(chance.randint(1, 4)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    path.write_bytes(data)
    status, said = outcome(root, capsys)
    assert status != INTERNAL, said


@pytest.mark.parametrize("seed", range(ROUNDS))
@pytest.mark.parametrize("fmt", formats.TRIPLES, ids=lambda fmt: fmt.name)
def test_a_broken_file_of_others_is_no_fault_of_the_program(
    example: Example, fmt: formats.Format, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    graph = {q.triple for q in ox.parse(path=str(EXAMPLE / "data/guide.ttl"))}
    text = serialize(graph, RDF_FORMATS[fmt]).decode()
    changed = broken(text, random.Random(f"{fmt.name} {seed}")).encode("utf-8", "surrogatepass")
    path = example.root / f"others.{fmt.suffix}"
    path.write_bytes(changed)
    arguments = ["build", "--project", str(example.root), "--out", str(example.root / "out")]
    status = main([*arguments, "--include", str(path)])
    said = capsys.readouterr().err
    assert status != INTERNAL, f"{said}\n{changed!r}"
    assert (status == 0) is (said == "")
