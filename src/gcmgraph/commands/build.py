"""Check everything and write a release."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from gcmgraph.commands import options, output

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.project(parser)
    options.strict(parser)
    parser.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help="folder to put the release into (default: releases/ of the project)",
    )
    parser.add_argument(
        "--include",
        type=Path,
        nargs="+",
        default=[],
        metavar="FILE",
        help="files of other publishers, each to go into a named graph of its own",
    )
    parser.add_argument(
        "--include-license",
        metavar="IRI",
        help="licence of those of them that state none themselves: an IRI, or a text",
    )


def run(arguments: argparse.Namespace) -> int:
    from gcmgraph.project import Project
    from gcmgraph.publish.pipeline import build

    project = Project.open(arguments.project)
    with output.progress() as progress:
        built = build(
            project,
            arguments.out or project.releases,
            progress,
            strict=arguments.strict,
            include=arguments.include,
            include_license=arguments.include_license,
        )
    for finding in built.findings:
        output.say(f"{finding}.")
    manifest = built.manifest
    output.say(
        f"{'Built' if built.fresh else 'Already built:'} {built.path} "
        f"({manifest.triples} triples, {len(manifest.files)} files)"
    )
    return 0
