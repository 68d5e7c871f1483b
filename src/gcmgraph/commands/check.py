"""Check all that build checks, and write nothing."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from gcmgraph.commands import options, output

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.project(parser)
    options.strict(parser)
    parser.add_argument(
        "--thorough",
        action="store_true",
        help="ask the reference SHACL engine too, which is slow, and have rdflib read every file",
    )


def run(arguments: argparse.Namespace) -> int:
    from gcmgraph.project import Project
    from gcmgraph.publish.pipeline import check
    from gcmgraph.publish.write.contents import check_contents

    project = Project.open(arguments.project)
    with output.progress() as progress:
        checked = check(project, progress, thorough=arguments.thorough, strict=arguments.strict)
        progress("Making things and tables")
        check_contents(project, checked, thorough=arguments.thorough)
    sys.stdout.write(checked.report)
    return 0
