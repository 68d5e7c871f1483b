"""The commands, as a shell sees them."""

from __future__ import annotations

import json
import os
import pty
import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from gcmgraph.cli import main

if TYPE_CHECKING:
    from collections.abc import Callable

    from example_project import Example

RIVERS = str(Path(__file__).parent / "example/data/queries/rivers.rq")
COMMANDS = ("align", "build", "check", "coverage", "query", "serve", "reload", "status")


def gcmgraph(*arguments: str, **options: object) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
        [sys.executable, "-m", "gcmgraph", *arguments],
        **({"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options),
    )


@pytest.fixture
def released(example: Example, capsys: pytest.CaptureFixture[str]) -> Example:
    """Build a release of the example project."""
    assert main(["build", "--project", str(example.root)]) == 0
    capsys.readouterr()
    return example


@pytest.fixture
def ask(
    released: Example, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Ask the release a query: the exit status, what was printed, and what was complained of."""

    def run(text: str, *arguments: str) -> tuple[int, str, str]:
        (tmp_path / "q.rq").write_text(text, "utf-8")
        status = main(
            ["query", str(tmp_path / "q.rq"), "--project", str(released.root), *arguments]
        )
        return (status, *capsys.readouterr())

    return run


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main([command, "--help"])
    assert caught.value.code == 0
    assert "--project FOLDER" in capsys.readouterr().out


@pytest.mark.parametrize("wrong", [[], ["bild"], ["query"], ["serve", "--port", "70000"]])
def test_a_wrong_command_line_is_status_2(wrong: list[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(wrong)
    assert caught.value.code == 2


def test_help_imports_nothing_heavy() -> None:
    code = (
        "import sys; from gcmgraph.cli import main\n"
        "try: main(['--help'])\n"
        "except SystemExit: print(sorted(sys.modules), file=sys.stderr)"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = (
        "pyoxigraph",
        "rdflib",
        "pyshacl",
        "shifty",
        "pydantic",
        "fastapi",
        "rich",
        "uvicorn",
    )
    assert "'gcmgraph.cli'" in ran.stderr
    assert [name for name in heavy if f"'{name}'" in ran.stderr] == []


def test_build_says_what_it_built(example: Example, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["build", "--project", str(example.root)]) == 0
    assert re.match(
        r"Built .*1\.2\.0-[0-9a-f]{12} \(77 triples, 191 files\)", capsys.readouterr().out
    )
    assert main(["build", "--project", str(example.root)]) == 0
    assert capsys.readouterr().out.startswith("Already built: ")


def test_build_goes_where_it_is_told(example: Example, tmp_path: Path) -> None:
    out = tmp_path / "a" / "b"
    assert main(["build", "--project", str(example.root), "--out", str(out)]) == 0
    assert (out / "current/manifest.json").is_file()
    assert not (example.root / "releases").exists()


def test_build_takes_in_files_of_others(example: Example, tmp_path: Path) -> None:
    (tmp_path / "lakes.ttl").write_text("<http://l/a> <http://l/b> 1 .", "utf-8")
    given = ["--include", str(tmp_path / "lakes.ttl"), "--include-license", "http://l/free"]
    assert main(["build", "--project", str(example.root), *given]) == 0
    current = example.root / "releases/current"
    assert (current / "graphs/lakes.ttl").is_file()
    assert "<http://l/free>" in (current / "graphs/catalog.nt").read_text("utf-8")


def test_align_reports_as_text_and_as_rdf(
    example: Example, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    example.edit(
        "data/catalog.ttl",
        'vann:preferredNamespacePrefix "riv" .',
        'vann:preferredNamespacePrefix "riv" .\n'
        "<http://l/links> a void:Linkset ; void:objectsTarget <http://l/seas> .\n"
        '<http://l/seas> void:uriSpace "https://rivers.example/id/sea/" .',
    )
    label = "<http://www.w3.org/2000/01/rdf-schema#label>"
    sea = f'<https://rivers.example/id/sea/sea> {label} "sea"@en .'
    (tmp_path / "seas.ttl").write_text(sea, "utf-8")
    arguments = ["--project", str(example.root), str(tmp_path / "seas.ttl")]
    assert main(["align", *arguments, "--out", str(tmp_path / "report.nt")]) == 0
    assert "labels alike: 1 of 1" in capsys.readouterr().out
    assert "earl#passed" in (tmp_path / "report.nt").read_text("utf-8")


def test_check_writes_nothing(example: Example, capsys: pytest.CaptureFixture[str]) -> None:
    before = sorted(example.root.rglob("*"))
    assert main(["check", "--project", str(example.root)]) == 0
    assert "Conforms: 77 triples break none of 4 constraints." in capsys.readouterr().out
    assert sorted(example.root.rglob("*")) == before


def test_coverage_is_a_table(example: Example, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["coverage", "--project", str(example.root)]) == 0
    assert re.search(r"guide .* 96 .* 77 \(80\.2%\)", capsys.readouterr().out)


def test_coverage_prints_what_is_unaccounted_for(
    example: Example, capsys: pytest.CaptureFixture[str]
) -> None:
    example.edit("data/sources/guide/source.toml", 'words = "Home | Next"', 'words = "Home"')
    assert main(["coverage", "--project", str(example.root)]) == 1
    assert "guide.txt: 89–95: '| Next'" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("file", "old", "new", "status"),
    [
        ("data/catalog.ttl", "dcat:Dataset", "dcat:Catalog", 3),
        ("data/guide.ttl", "riv:length 12 ;", "riv:length 12 ;;,", 4),
        ("data/sources/guide/guide.txt", "12 km", "13 km", 5),
        ("data/guide.ttl", "oa:start 11", "oa:start 10", 6),
        ("ontology/rules/drains.rq", "CONSTRUCT {", "CONSTRUCT", 7),
        ("data/guide.ttl", "riv:length 12 ;", "riv:length 12.5 ;", 8),
        ("shapes/river.ttl", "sh:maxCount", "sh:maxcount", 8),
        ("data/frames/river.jsonld", '"length": {}', '"lenght": {}', 3),
        ("data/tables/river.rq", "# name: ", "# names: ", 3),
    ],
)
def test_bad_input_is_one_sentence_and_a_status(
    example: Example,
    capsys: pytest.CaptureFixture[str],
    file: str,
    old: str,
    new: str,
    status: int,
) -> None:
    example.edit(file, old, new)
    for command in ("check", "build"):
        assert main([command, "--project", str(example.root)]) == status
        out, err = capsys.readouterr()
        assert out == ""
        assert "Traceback" not in err
        assert re.fullmatch(r"gcmgraph: .*\.", err.splitlines()[-1])
    assert not (example.root / "releases/current").exists()


def test_violations_come_one_a_line(example: Example, capsys: pytest.CaptureFixture[str]) -> None:
    example.edit("data/guide.ttl", "riv:length 12 ;", 'riv:length "a", "b" ;')
    assert main(["check", "--project", str(example.root)]) == 8
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 4
    assert all("#River-length>: A river has at most" in line for line in lines)


def test_a_folder_that_is_no_project_is_status_3(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", "--project", str(tmp_path)]) == 3
    assert "point --project at a folder" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["check", "build", "coverage"])
def test_a_file_that_cannot_be_read_is_named(
    example: Example, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    (example.root / "data/curation.ttl").unlink()
    (example.root / "data/curation.ttl").mkdir()
    assert main([command, "--project", str(example.root)]) == 3
    assert re.search(r"curation\.ttl cannot be read: .*\.$", capsys.readouterr().err)


def test_a_query_gives_csv(released: Example, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["query", RIVERS, "--project", str(released.root)]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "river,end"
    assert len(lines) == 4


def test_a_query_gives_any_results_format(ask: Callable[..., tuple[int, str, str]]) -> None:
    assert json.loads(ask("ASK { ?s a ?c }", "--format", "json")[1])["boolean"] is True
    assert "<boolean>true</boolean>" in ask("ASK { ?s a ?c }", "--format", "xml")[1]
    assert ask("SELECT ?x { VALUES ?x { 1 } }", "--format", "tsv")[1] == "?x\n1\n"


def test_a_query_may_begin_with_a_byte_order_mark_and_end_lines_in_any_way(
    ask: Callable[..., tuple[int, str, str]],
) -> None:
    text = "\ufeffSELECT (GROUP_CONCAT(?x) AS ?all)\r\n{ VALUES ?x { <x:a>\r\n1 } }\r\n"
    assert ask(text, "--format", "csv") == (0, "all\r\nx:a 1\r\n", "")


def test_a_graph_comes_as_turtle(ask: Callable[..., tuple[int, str, str]]) -> None:
    status, out, _ = ask(
        "PREFIX riv: <https://rivers.example/ontology#> "
        "CONSTRUCT { ?s riv:length ?n } WHERE { ?s riv:length ?n }"
    )
    assert status == 0
    assert "riv:length 12" in out


def test_an_answer_goes_to_a_file_in_the_format_of_its_name(
    ask: Callable[..., tuple[int, str, str]], tmp_path: Path
) -> None:
    out = tmp_path / "answer.srj"
    assert ask("ASK { ?s a ?c }", "--out", str(out)) == (0, "", "")
    assert json.loads(out.read_bytes())["boolean"] is True


def test_the_named_graphs_can_be_asked(ask: Callable[..., tuple[int, str, str]]) -> None:
    query = "SELECT (COUNT(*) AS ?n) FROM <https://rivers.example/graph/curation> { ?s ?p ?o }"
    assert ask(query)[1].split() == ["n", "1"]


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("SELECT * WHERE { ?s ?p }", "no SPARQL query"),
        ("INSERT DATA { <urn:a> <urn:b> <urn:c> }", "This service is read-only"),
        ("SELECT * { SERVICE <http://e/> { ?s ?p ?o } }", "this service calls no other"),
        ("SELECT * FROM <http://e/g> { ?s ?p ?o }", "There is no graph <http://e/g>"),
        ("SELECT * { ?s riv:length ?o }", "add “PREFIX riv: <https://rivers.example/ontology#>”"),
        ("SELECT * { ?s nope:length ?o }", "the prefix “nope:” is not declared"),
    ],
)
def test_a_query_at_fault_is_one_sentence(
    ask: Callable[..., tuple[int, str, str]], query: str, message: str
) -> None:
    status, out, err = ask(query)
    assert (status, out) == (10, "")
    assert message in err
    assert len(err.splitlines()) == 1


def test_a_format_that_does_not_fit_is_refused(ask: Callable[..., tuple[int, str, str]]) -> None:
    status, _, err = ask("ASK { ?s a ?c }", "--format", "turtle")
    assert status == 10
    assert "choose json, xml, csv, tsv" in err


def test_a_query_file_that_is_missing_is_named(
    released: Example, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["query", "no.rq", "--project", str(released.root)]) == 10
    assert "no.rq cannot be read" in capsys.readouterr().err


def test_a_release_that_is_missing_is_status_9(
    example: Example, capsys: pytest.CaptureFixture[str]
) -> None:
    for command in (["query", RIVERS], ["serve"]):
        assert main([*command, "--project", str(example.root)]) == 9
        assert "run “gcmgraph build” first" in capsys.readouterr().err


def test_a_query_can_come_by_the_standard_input(released: Example) -> None:
    with gcmgraph("query", "-", "--project", str(released.root), stdin=subprocess.PIPE) as running:
        out, err = running.communicate(b"SELECT ?x { VALUES ?x { 'caf\xc3\xa9' } }")
    assert (running.returncode, err) == (0, b"")
    assert out.decode() == "x\r\ncafé\r\n"


def test_a_terminal_gets_a_table(released: Example) -> None:
    master, slave = pty.openpty()
    with gcmgraph("query", RIVERS, "--project", str(released.root), stdout=slave) as running:
        os.close(slave)
        seen = b""
        # The other end of a terminal reports an error where a pipe would end.
        try:
            while chunk := os.read(master, 4096):
                seen += chunk
        except OSError:
            pass
    os.close(master)
    assert running.returncode == 0
    assert "│" in seen.decode()
    assert "3 rows" in seen.decode()


def test_a_reader_that_goes_is_no_error(released: Example) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with gcmgraph("query", RIVERS, "--project", str(released.root), stdout=writing) as running:
        os.close(writing)
        _, err = running.communicate()
    assert (running.returncode, err) == (0, b"")


def test_a_fault_of_the_program_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    # No shell can pass a NUL, and no file can have one in its name.
    assert main(["query", "a\0b"]) == 70
    err = capsys.readouterr().err
    assert "run with GCMGRAPH_DEBUG=1" in err
    assert len(err.splitlines()) == 1


def test_a_port_in_use_is_one_sentence(
    released: Example, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        assert main(["serve", "--project", str(released.root), "--port", port]) == 12
    assert f"Port {port} of 127.0.0.1 cannot be had" in capsys.readouterr().err


def test_a_setting_that_cannot_be_used_is_one_sentence(released: Example) -> None:
    with gcmgraph(
        "serve", "--project", str(released.root), env=os.environ | {"GCMGRAPH_WORKERS": "many"}
    ) as running:
        _, err = running.communicate()
    assert running.returncode == 12
    assert b"The setting GCMGRAPH_WORKERS cannot be used" in err


def test_a_public_address_with_a_path_is_refused_at_the_start(released: Example) -> None:
    address = {"GCMGRAPH_PUBLIC_URL": "https://data.example.org/gcm/"}
    with gcmgraph(
        "serve", "--project", str(released.root), "--port", "0", env=os.environ | address
    ) as running:
        out, err = running.communicate()
    assert (running.returncode, out) == (12, b"")
    assert b"GCMGRAPH_PUBLIC_URL cannot be used: it is a scheme, a host and perhaps a port" in err


def test_serve_answers_and_stops(released: Example) -> None:
    with gcmgraph("serve", "--project", str(released.root), "--port", "0") as running:
        assert running.stdout is not None
        address = running.stdout.readline().split()[1].decode()
        with urllib.request.urlopen(f"{address}healthz") as response:
            assert response.status == 200
        running.send_signal(signal.SIGINT)
        _, err = running.communicate()
    assert running.returncode == 130
    assert err == b""
