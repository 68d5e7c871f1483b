"""Hold links and labels against a portal's own files."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from gcmgraph.commands import options, output

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.project(parser)
    parser.add_argument(
        "files", type=Path, nargs="+", metavar="FILE", help="RDF file that the portal publishes"
    )
    parser.add_argument(
        "--out", type=Path, metavar="FILE", help="file to write the report to as RDF besides"
    )


def run(arguments: argparse.Namespace) -> int:
    from gcmgraph.project import Project
    from gcmgraph.publish.alignment.compare import align, read_files
    from gcmgraph.publish.alignment.report import as_text, write_report
    from gcmgraph.publish.pipeline import check

    project = Project.open(arguments.project)
    with output.progress() as progress:
        checked = check(project, progress)
        progress("Comparing")
        found = align(project, checked, read_files(arguments.files))
    if arguments.out:
        write_report(checked, found, arguments.files, arguments.out)
    sys.stdout.write(as_text(found, checked.prefixes))
    return 0
