"""Ask a release a SPARQL query."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gcmgraph.commands import options
from gcmgraph.errors import QueryError
from gcmgraph.rdf import formats

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.project(parser)
    parser.add_argument("file", metavar="FILE", help="file that holds the query; - reads it")
    options.release(parser)
    parser.add_argument(
        "--format",
        metavar="NAME",
        help="json, xml, csv or tsv for tables; turtle, ntriples, jsonld or rdfxml for graphs",
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="file to write the answer to")


def run(arguments: argparse.Namespace) -> int:
    from gcmgraph.engine.inline import InlineEngine, gives_graph
    from gcmgraph.manifest import Manifest

    release = options.release_of(arguments)
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
    content = InlineEngine.open(release, manifest).answer(text, chosen)
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


def _query_text(file: str) -> str:
    try:
        data = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
        return data.decode("utf-8").removeprefix("\ufeff")
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
