"""The commands; errors become one sentence and an exit status.

What a command needs it imports itself, so that ``--help`` answers at once.

==========  ===================================================================
exit        meaning
==========  ===================================================================
0           all is well
1           ``coverage`` found words that nothing accounts for
2           the command line is not as ``--help`` says
3 to 12     see ``errors``: each kind has its own
70          a fault of the program
130         interrupted
==========  ===================================================================
"""

from __future__ import annotations

import argparse
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from gcmgraph import __version__, formats
from gcmgraph.errors import GcmGraphError, QueryError, ServerError, ValidationError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from gcmgraph.build.pipeline import Progress

UNACCOUNTED: Final = 1
INTERNAL: Final = 70
INTERRUPTED: Final = 130

#: Names the release to serve where the command line does not.
RELEASE: Final = "GCMGRAPH_RELEASE"

#: Set to see where in the program an unexpected error came from.
DEBUG: Final = "GCMGRAPH_DEBUG"


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    arguments = _parser().parse_args(argv)
    try:
        status: int = arguments.run(arguments)
        sys.stdout.flush()
    except GcmGraphError as error:
        if isinstance(error, ValidationError) and len(error.details) > 1:
            for line in error.details:
                sys.stderr.write(line + "\n")
        return _fail(str(error), error.exit_status)
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader had enough (“| head”). Python would complain again when it closes stdout.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        if os.environ.get(DEBUG):
            raise
        return _fail(
            f"A fault of the program ({type(error).__name__}: {error}); run with {DEBUG}=1 to see "
            "where, and report it.",
            INTERNAL,
        )
    return status


def _fail(sentence: str, status: int) -> int:
    sys.stderr.write("gcmgraph: " + " ".join(sentence.split()) + "\n")
    return status


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="gcmgraph",
        description="Turns documents and what they say into a validated RDF graph, and serves it.",
    )
    parser.add_argument("--version", action="version", version=f"gcmgraph {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)

    def command(name: str, summary: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=summary, description=summary)
        added.add_argument(
            "--project",
            type=Path,
            default=Path(),
            metavar="FOLDER",
            help="folder that holds ontology/, shapes/ and data/ (default: the current one)",
        )
        return added

    def release(added: argparse.ArgumentParser) -> None:
        added.add_argument(
            "--release",
            type=Path,
            metavar="FOLDER",
            help="folder of the release (default: releases/current of the project)",
        )

    build = command("build", "Check everything and write a release.")
    build.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="folder to put the release into (default: releases/ of the project)",
    )
    build.add_argument(
        "--with",
        dest="portals",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="files of other publishers, each to go into a named graph of its own",
    )
    build.add_argument(
        "--with-license",
        dest="portal_license",
        metavar="IRI",
        help="licence of those of them that state none themselves: an IRI, or a text",
    )
    build.set_defaults(run=_build)

    check = command("check", "Check all that build checks, and write nothing.")
    check.add_argument(
        "--thorough",
        action="store_true",
        help="ask the reference SHACL engine too, which is slow, and compare the two",
    )
    check.set_defaults(run=_check)

    coverage = command("coverage", "Say how much of each document is accounted for.")
    coverage.set_defaults(run=_coverage)

    align = command("align", "Hold links and labels against a portal's own files.")
    align.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help="RDF file that the portal publishes"
    )
    align.add_argument(
        "--out", type=Path, metavar="FILE", help="file to write the report to as RDF besides"
    )
    align.set_defaults(run=_align)

    query = command("query", "Ask a release a SPARQL query.")
    query.add_argument("file", metavar="FILE", help="file that holds the query; - reads it")
    release(query)
    query.add_argument(
        "--format",
        metavar="NAME",
        help="json, xml, csv or tsv for tables; turtle, ntriples, jsonld or rdfxml for graphs",
    )
    query.add_argument("--out", type=Path, metavar="FILE", help="file to write the answer to")
    query.set_defaults(run=_query)

    serve = command("serve", "Answer for a release over HTTP.")
    release(serve)
    serve.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    serve.add_argument("--port", type=_port, help="port, 0 for any that is free (default: 8000)")
    serve.set_defaults(run=_serve)

    reload = command("reload", "Have the server take up the newest release.")
    reload.description = (
        "Have the server take up the newest release, without dropping a request; SIGHUP to its "
        "process does the same. Servers are found by the notices that they keep beside the "
        "release (.serving-PORT.json), so run it on the same machine and as the same user."
    )
    release(reload)
    reload.add_argument("--port", type=_port, help="the server at this port (default: all)")
    reload.add_argument(
        "--wait",
        type=float,
        default=300.0,
        metavar="SECONDS",
        help="how long to wait for what the server says (default: 300)",
    )
    reload.set_defaults(run=_reload)
    return parser


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"“{text}” is no port; give a number from 0 to 65535")
    return int(text)


def _build(arguments: argparse.Namespace) -> int:
    from gcmgraph.build.release import build
    from gcmgraph.project import Project

    project = Project.open(arguments.project)
    with _progress() as progress:
        built = build(
            project,
            arguments.out or project.releases,
            progress,
            portals=arguments.portals,
            portal_license=arguments.portal_license,
        )
    manifest = built.manifest
    _say(
        f"{'Built' if built.fresh else 'Already built:'} {built.path} "
        f"({manifest.triples} triples, {len(manifest.files)} files)"
    )
    return 0


def _check(arguments: argparse.Namespace) -> int:
    from gcmgraph.build.contents import check_contents
    from gcmgraph.build.pipeline import check
    from gcmgraph.project import Project

    with _progress() as progress:
        checked = check(Project.open(arguments.project), progress, thorough=arguments.thorough)
        progress("Making things and tables")
        check_contents(checked)
    sys.stdout.write(checked.report_text)
    return 0


def _coverage(arguments: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.table import Table

    from gcmgraph.build.pipeline import measure
    from gcmgraph.project import Project

    found = measure(Project.open(arguments.project))
    table = Table("Document")
    for heading in ("Characters", "In excerpts", "Furniture", "Layout", "Unaccounted", "Excerpts"):
        table.add_column(heading, justify="right")
    for one in found:
        total = one.characters
        shares = (one.excerpted, one.furniture, one.layout, one.missing)
        table.add_row(
            one.source.name,
            str(total),
            *(f"{n} ({n / total:.1%})" for n in shares),
            str(one.excerpts),
        )
    Console(width=None if sys.stdout.isatty() else 120).print(table)
    for one in found:
        for stretch in one.unaccounted:
            _say(f"{one.source.file}: {stretch.start}–{stretch.end}: {stretch.words!r}")
    return UNACCOUNTED if any(one.unaccounted for one in found) else 0


def _align(arguments: argparse.Namespace) -> int:
    from gcmgraph.build.align import align, read_files
    from gcmgraph.build.alignment_report import as_text, write_report
    from gcmgraph.build.pipeline import check
    from gcmgraph.project import Project

    with _progress() as progress:
        checked = check(Project.open(arguments.project), progress)
        progress("Comparing")
        found = align(checked, read_files(arguments.files))
    if arguments.out:
        write_report(checked, found, arguments.files, arguments.out)
    sys.stdout.write(as_text(found, checked.prefixes))
    return 0


def _query(arguments: argparse.Namespace) -> int:
    from gcmgraph.engine.local import LocalEngine, gives_graph
    from gcmgraph.manifest import Manifest

    release = _release(arguments)
    text = _query_text(arguments.file)
    fitting = formats.TRIPLES if gives_graph(text) else formats.RESULTS
    table = arguments.format is None and arguments.out is None and sys.stdout.isatty()
    if arguments.format is not None:
        chosen = formats.by_name(arguments.format, fitting)
        if chosen is None:
            names = ", ".join(fmt.name for fmt in fitting)
            raise QueryError(
                f"“{arguments.format}” cannot hold the answer to this query; choose {names}."
            )
    elif arguments.out and (named := formats.by_suffix(arguments.out.suffix[1:], fitting)):
        chosen = named
    elif gives_graph(text):
        chosen = formats.TURTLE
    else:
        chosen = formats.RESULTS_JSON if table else formats.RESULTS_CSV
    manifest = Manifest.read(release)
    content = LocalEngine.open(release, manifest).answer(text, chosen)
    if arguments.out:
        try:
            arguments.out.write_bytes(content)
        except OSError as error:
            raise QueryError(
                f"The answer cannot be written to {arguments.out}: {error.strerror}."
            ) from None
    elif table and chosen is formats.RESULTS_JSON:
        _print_table(content, manifest.prefixes)
    else:
        sys.stdout.buffer.write(content)
    return 0


def _release(arguments: argparse.Namespace) -> Path:
    """Return the release folder asked for; a project need not be there to read a release."""
    folder: Path = arguments.release or arguments.project / "releases" / "current"
    return folder


def _query_text(file: str) -> str:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return data.decode("utf-8")
    except OSError as error:
        raise QueryError(f"The query {file} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError as error:
        raise QueryError(f"The query {file} is not UTF-8 (byte {error.start}).") from None


def _print_table(content: bytes, prefixes: dict[str, str]) -> None:
    """Print SPARQL results in JSON as a table, with IRIs shortened."""
    import json

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    results = json.loads(content)
    console = Console(highlight=False)
    if "boolean" in results:
        console.print("yes" if results["boolean"] else "no")
        return

    def cell(term: dict[str, str] | None) -> Text:
        if term is None:
            return Text("")
        value = term["value"]
        if term["type"] == "uri":
            for prefix, namespace in prefixes.items():
                if value.startswith(namespace):
                    return Text(f"{prefix}:{value.removeprefix(namespace)}", style="cyan")
        return Text(value)

    columns = results["head"]["vars"]
    table = Table(*columns)
    rows = results["results"]["bindings"]
    for row in rows:
        table.add_row(*(cell(row.get(column)) for column in columns))
    console.print(table)
    console.print(f"{len(rows)} {'row' if len(rows) == 1 else 'rows'}")


@contextmanager
def _progress() -> Iterator[Progress]:
    """Show the current step on a terminal, and nothing where nobody watches."""
    if not sys.stderr.isatty():
        yield lambda _: None
        return
    from rich.console import Console

    with Console(stderr=True).status("…") as status:
        yield status.update


def _serve(arguments: argparse.Namespace) -> int:
    import pydantic

    from gcmgraph.serve.process.server import run
    from gcmgraph.serve.settings import Settings

    given: dict[str, Any] = {
        name: value for name in ("host", "port") if (value := getattr(arguments, name)) is not None
    }
    release = _served(arguments)
    if release is not None:
        given["release"] = release
    try:
        settings = Settings(**given)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        raise ServerError(f"The setting GCMGRAPH_{name} cannot be used: {first['msg']}.") from None
    return run(settings, _say_addresses)


def _served(arguments: argparse.Namespace) -> Path | None:
    """Return the release to serve; ``None`` where the environment alone names it."""
    # The command line and the project go before the environment.
    if arguments.release or arguments.project != Path() or RELEASE not in os.environ:
        return _release(arguments)
    return None


def _reload(arguments: argparse.Namespace) -> int:
    from gcmgraph.serve.process.notice import ask_to_reload

    release = _served(arguments) or Path(os.environ[RELEASE])
    said = ask_to_reload(release, arguments.port, arguments.wait)
    for one in said:
        _say(f"Port {one.port}: {one.sentence}")
    if any(one.refused for one in said):
        raise ServerError("The newest release was refused; the old one is served as before.")
    return 0


def _say_addresses(address: str) -> None:
    _say(f"Open   {address}/\nSPARQL {address}/sparql\nStop with Ctrl-C.")
    sys.stdout.flush()
