"""A release is whole, the same everywhere, and nothing harms the one before."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pyoxigraph as ox
import pytest

from gcmgraph.errors import GcmGraphError, ProjectError, ReleaseError, ValidationError
from gcmgraph.manifest import Manifest
from gcmgraph.publish.pipeline import build
from gcmgraph.publish.write.readback import decompressed, require_statements
from gcmgraph.publish.write.release import inputs_digest
from gcmgraph.rdf import formats
from gcmgraph.rdf.turtle import line_statements

if TYPE_CHECKING:
    from pathlib import Path

    from example_project import Example
    from gcmgraph.publish.write.release import Built

BUILD = """
import os, signal, sys
from pathlib import Path
from gcmgraph.publish.pipeline import build
from gcmgraph.project import Project

steps = 0
def progress(step):
    global steps
    steps += 1
    if steps == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)

build(Project.open(Path(sys.argv[1])), Path(sys.argv[2]), progress)
"""
NEVER = 0


def release(example: Example, out: str = "releases") -> Built:
    return build(example.project, example.root / out, lambda _: None)


def run_build(example: Example, out: str, stop_at: int, **environment: str) -> int:
    command = [
        sys.executable,
        "-c",
        BUILD,
        str(example.root),
        str(example.root / out),
        str(stop_at),
    ]
    return subprocess.run(command, env=os.environ | environment, check=False).returncode


def snapshot(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_a_release_is_whole(example: Example) -> None:
    built = release(example)
    current = example.root / "releases/current"
    manifest = Manifest.read(current)
    manifest.check_files(current)
    assert manifest == built.manifest
    assert built.path.name == f"1.2.0-{manifest.identity[:12]}"
    assert set(snapshot(current)) == {entry.path for entry in manifest.files} | {"manifest.json"}
    assert {"queries/rivers.rq", "rules/drains.rq", "shapes.ttl", "report.txt"} <= set(
        snapshot(current)
    )
    assert {"graphs/guide.trig.zst", "things/river.ndjson", "tables/river.csv"} <= set(
        snapshot(current)
    )
    assert (built.path.stat().st_mode & 0o777) == 0o755


def test_the_manifest_counts_what_is_there(example: Example) -> None:
    built = release(example)
    manifest = built.manifest
    quads = (built.path / "riv.nq").read_bytes()
    assert len(quads.splitlines()) == manifest.quads == sum(g.triples for g in manifest.graphs)
    assert len((built.path / "riv.nt").read_bytes().splitlines()) == manifest.triples
    union = {
        q.triple
        for q in ox.parse(quads, format=ox.RdfFormat.N_QUADS)
        if q.graph_name.value in {g.iri for g in manifest.graphs if g.in_default}
    }
    assert len(union) == manifest.triples
    assert manifest.sources[0].characters == 96


def test_a_release_is_of_the_day_of_its_version(example: Example) -> None:
    """Else what a cache has of the first version would be as new as the second to it."""
    assert release(example).manifest.issued == "2026-01-31"
    example.edit(
        "data/catalog.ttl",
        "dcat:version",
        'dct:modified "2026-02-28"^^xsd:date ;\n    dcat:version',
    )
    assert release(example).manifest.issued == "2026-02-28"


def test_nothing_in_a_release_is_a_blank_node(example: Example) -> None:
    assert b"_:" not in (release(example).path / "riv.nq").read_bytes()


def test_the_report_says_that_it_conforms(example: Example) -> None:
    text = (release(example).path / "report.ttl").read_text("utf-8")
    assert "sh:conforms true" in text


def test_the_shapes_are_as_they_were_written(example: Example) -> None:
    text = (release(example).path / "shapes.ttl").read_text("utf-8")
    assert "sh:path ( riv:flowsInto rdfs:label ) ;" in text


def test_built_twice_on_other_seeds_it_is_the_same(example: Example) -> None:
    assert run_build(example, "one", NEVER, PYTHONHASHSEED="1") == 0
    assert run_build(example, "two", NEVER, PYTHONHASHSEED="2") == 0
    one = snapshot(example.root / "one/current")
    assert len(one) == 192
    assert one == snapshot(example.root / "two/current")


def test_unchanged_inputs_are_not_built_again(example: Example) -> None:
    assert release(example).fresh
    example.write("data/README.md", "not read by a build")
    assert not release(example).fresh


def test_any_input_counts(example: Example) -> None:
    before = inputs_digest(example.project)
    example.edit("data/curation.ttl", '"A short river."@en', '"A very short river."@en')
    assert inputs_digest(example.project) != before


def test_a_changed_statement_makes_a_new_release(example: Example) -> None:
    first = release(example)
    example.edit("data/curation.ttl", '"A short river."@en', '"A very short river."@en')
    second = release(example)
    assert first.path != second.path
    first.manifest.check_files(first.path)
    assert (example.root / "releases/current").resolve() == second.path


def test_a_comment_in_data_keeps_the_release_and_is_then_known(example: Example) -> None:
    first = release(example)
    example.edit("data/curation.ttl", "id:river", "# A comment.\nid:river")
    second = release(example)
    assert (second.path, second.fresh) == (first.path, True)
    assert not release(example).fresh


def test_a_torn_release_is_replaced(example: Example) -> None:
    first = release(example)
    (first.path / "riv.nt").write_bytes(b"")
    second = release(example)
    assert (second.path, second.fresh) == (first.path, True)
    second.manifest.check_files(second.path)
    assert leftovers(example) == []


def test_a_release_of_another_layout_is_left_alone(example: Example) -> None:
    first = release(example)
    manifest = first.path / "manifest.json"
    older = first.path.with_name("0.9-older")
    shutil.move(first.path, older)
    (older / "manifest.json").write_text(
        (older / "manifest.json").read_text("utf-8").replace('"layout": 3', '"layout": 0'), "utf-8"
    )
    before = snapshot(older)
    with pytest.raises(ReleaseError, match="layout 0"):
        Manifest.read(older)
    assert release(example).fresh
    assert manifest.is_file()
    assert snapshot(older) == before


def leftovers(example: Example) -> list[str]:
    return [p.name for p in (example.root / "releases").glob(".building-*")]


def count_steps(example: Example) -> int:
    steps: list[str] = []
    build(example.project, example.root / "counted", steps.append)
    return len(steps)


def test_killed_at_any_moment_it_leaves_the_previous_release_whole(example: Example) -> None:
    previous = release(example)
    example.edit("data/curation.ttl", '"A short river."@en', '"A very short river."@en')
    steps = count_steps(example)
    current = example.root / "releases/current"
    for moment in range(1, steps + 1):
        assert run_build(example, "releases", moment) == -signal.SIGKILL
        previous.manifest.check_files(previous.path)
        Manifest.read(current).check_files(current)
        if moment < steps:
            assert current.resolve() == previous.path
    run_build(example, "releases", NEVER)
    assert current.resolve() != previous.path
    assert leftovers(example) == []


def test_a_file_that_cannot_be_written_harms_nothing(example: Example) -> None:
    previous = release(example)
    example.edit("data/curation.ttl", '"A short river."@en', '"A very short river."@en')
    # The system refuses to write beyond this size, as it does on a full disk.
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (8000, hard))
    try:
        with pytest.raises(ReleaseError, match=r"cannot be written to .*; what was there is unh"):
            release(example)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, handler)
    previous.manifest.check_files(previous.path)
    assert (example.root / "releases/current").resolve() == previous.path
    assert leftovers(example) == []


def test_an_out_folder_that_is_a_file_is_one_sentence(example: Example) -> None:
    example.write("releases", "a file")
    with pytest.raises(ReleaseError, match="cannot be written"):
        release(example)


def test_what_does_not_validate_is_not_released(example: Example) -> None:
    previous = release(example)
    example.edit("data/guide.ttl", 'rdfs:label "Aa"@en ;\n', "")
    with pytest.raises(ValidationError, match="A river has a label"):
        release(example)
    assert (example.root / "releases/current").resolve() == previous.path
    assert leftovers(example) == []


def test_an_empty_data_folder_is_refused(example: Example) -> None:
    shutil.rmtree(example.root / "data")
    (example.root / "data").mkdir()
    with pytest.raises(ProjectError, match="holds no Turtle file"):
        release(example)


def test_data_that_states_nothing_is_refused(example: Example) -> None:
    shutil.rmtree(example.root / "data/sources")
    (example.root / "data/guide.ttl").unlink()
    (example.root / "data/curation.ttl").unlink()
    with pytest.raises(ProjectError, match="states nothing"):
        release(example)


def test_blank_node_labels_shared_by_two_files_are_refused(example: Example) -> None:
    for name in ("one", "two"):
        example.write(f"shapes/{name}.ttl", f'_:x <http://e/says> "{name}" .\n')
    with pytest.raises(GcmGraphError, match="same blank node label"):
        release(example)


def test_byte_order_marks_and_crlf_change_no_file(example: Example, tmp_path: Path) -> None:
    """Whatever editor saved the project's files, the same is released."""
    before = build(example.project, tmp_path / "before", lambda _: None)
    for path in example.root.rglob("*.*"):
        if path.name != "guide.txt":
            path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    after = build(example.project, tmp_path / "after", lambda _: None)
    differing = {e.path for e in before.manifest.files} - {
        e.path for e in after.manifest.files if e in before.manifest.files
    }
    # As they were written, but for the mark.
    assert differing == {"ontology.ttl", "shapes.ttl", "queries/rivers.rq", "rules/drains.rq"} | {
        "SHA256SUMS"
    }
    assert not any(b"\xef\xbb\xbf" in (after.path / name).read_bytes() for name in differing)


def test_every_file_of_statements_is_read_by_rdflib_as_its_n_triples(example_release: Path) -> None:
    """Also those of the catalogue, which are written last; and what is compressed is the same."""
    manifest = Manifest.read(example_release)
    held: dict[tuple[str, bool], set[ox.Quad]] = {}
    for entry in manifest.files:
        if entry.format in ("ntriples", "nquads") and not entry.compression:
            text = (example_release / entry.path).read_text("utf-8")
            stem = entry.path.rpartition(".")[0]
            held[stem, entry.format == "nquads"] = set(line_statements(text))
    for entry in manifest.files:
        path, fmt = example_release / entry.path, formats.by_name(entry.format, formats.FILES)
        stem = entry.path.removesuffix(path.suffix)
        assert fmt
        if compression := next(
            (c for c in formats.COMPRESSIONS if c.name == entry.compression), None
        ):
            plain = path.with_suffix("").read_bytes()
            assert decompressed(entry.path, path.read_bytes(), compression) == plain
        elif expected := held.get((stem, fmt in formats.QUADS)):
            require_statements(entry.path, fmt, expected, path.read_bytes(), thorough=True)
    assert {"riv", "catalog", "void", "graphs/shapes"} <= {stem for stem, _ in held}
