"""Say how much of each document is accounted for."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from gcmgraph.commands import options, output

if TYPE_CHECKING:
    import argparse

#: The exit status where words are found that nothing accounts for.
UNACCOUNTED: Final = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.project(parser)


def run(arguments: argparse.Namespace) -> int:
    from rich.console import Console
    from rich.table import Table

    from gcmgraph.project import Project
    from gcmgraph.publish.pipeline import measure

    found = measure(Project.open(arguments.project))
    table = Table("Document")
    for heading in (
        "Characters",
        "In excerpts",
        "Boilerplate",
        "Layout",
        "Unaccounted",
        "Excerpts",
    ):
        table.add_column(heading, justify="right")
    for one in found:
        total = one.characters
        shares = (one.excerpted, one.boilerplate, one.layout, one.missing)
        table.add_row(
            one.source.name,
            str(total),
            *(f"{n} ({n / total:.1%})" for n in shares),
            str(one.excerpts),
        )
    Console(width=None if sys.stdout.isatty() else 120).print(table)
    for one in found:
        for stretch in one.unaccounted:
            output.say(f"{one.source.file}: {stretch.start}–{stretch.end}: {stretch.words!r}")
    return UNACCOUNTED if any(one.unaccounted for one in found) else 0
