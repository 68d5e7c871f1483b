"""Writes the reference pages from the code: ``make reference`` renews ``docs/reference/``.

A test holds the pages to what this would write.
"""

from __future__ import annotations

import argparse
import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING, get_args

from gcmgraph import cli, errors, manifest, settings
from gcmgraph.rdf import formats
from gcmgraph.serve.http import problems

if TYPE_CHECKING:
    from collections.abc import Iterable

FOLDER = Path(__file__).parent / "reference"
NOTE = "% Made by `make reference` from the code; change it there.\n\n"


def pages() -> dict[str, str]:
    """Return the pages that are made, by the names of their files."""
    made = {
        "commands.md": commands(),
        "settings.md": limits(),
        "errors.md": kinds(),
        "formats.md": tables(),
        "release.md": release(),
    }
    return {name: NOTE + text for name, text in made.items()}


def table(heads: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    """Return a table in Markdown."""
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    lines += [
        "| " + " | ".join(str(cell).replace("|", "\\|") for cell in row) + " |" for row in rows
    ]
    return "\n".join(lines) + "\n"


def commands() -> str:
    """Return what ``--help`` says of each command."""
    parts = ["# Commands\n\n", inspect.cleandoc(cli.__doc__ or "").split("\n\n")[0], "\n"]
    parser = cli.parser()
    (sub,) = (a for a in parser._actions if isinstance(a, argparse._SubParsersAction))
    for name, command in sub.choices.items():
        rows = [
            (
                " ".join(f"`{flag}`" for flag in action.option_strings) or f"`{action.metavar}`",
                f"`{action.metavar}`" if action.metavar and action.option_strings else "",
                action.help or "",
            )
            for action in command._actions
            if action.dest != "help"
        ]
        parts += [f"\n## gcmgraph {name}\n\n{command.description}\n\n"]
        parts += [table(("option", "value", "meaning"), rows)]
    parts += ["\n## Exit status\n\n"]
    families = sorted(errors.GcmGraphError.__subclasses__(), key=lambda error: error.exit_status)
    known = [
        (0, "all is well"),
        (1, "`coverage` found words that nothing accounts for"),
        (2, "the command line is not as `--help` says"),
        *((error.exit_status, _first(error)) for error in families),
        (cli.UNAVAILABLE, "a part of the program that the command needs is not installed"),
        (cli.INTERNAL, "a fault of the program"),
        (cli.INTERRUPTED, "interrupted"),
    ]
    return "".join([*parts, table(("status", "meaning"), known)])


def limits() -> str:
    """Return the settings of a server."""
    rows = [
        (f"`{row.variable}`", row.default, row.unit, row.description) for row in settings.table()
    ]
    return (
        "# Settings\n\nEach is a variable of the environment. Where a limit is hit, the error "
        "names it, with its value and its unit; no answer is ever cut.\n\n"
        + table(("variable", "default", "unit", "meaning"), rows)
    )


def kinds() -> str:
    """Return the kinds of problems over HTTP."""
    rows = [
        (f"`{kind.type}`", kind.status, kind.title)
        for kind in sorted(problems.KINDS.values(), key=lambda kind: (kind.status, kind.slug))
    ]
    return (
        "# Problems\n\nAn error is a problem (RFC 9457): `application/problem+json` for programs, "
        "a page for a browser. Its `type` never changes. `detail` is a sentence that says what is "
        "wrong and what to do. A syntax error has `line`, `column` and `expected`; a limit that "
        "was hit has `limit`, `unit` and `setting`; a fault of the server has an `instance` that "
        "stands in its log.\n\n" + table(("type", "status", "title"), rows)
    )


def tables() -> str:
    """Return the formats."""

    def row(format_: formats.Format) -> tuple[object, ...]:
        other = ", ".join(f"`{name}`" for name in (*format_.names, *format_.aliases))
        return (
            f"`{format_.name}`",
            format_.label,
            f"`{format_.media_type}`",
            format_.suffix,
            other,
        )

    heads = ("`?format=`", "format", "media type", "suffix", "also asked for as")
    parts = {
        "Graphs and documents": formats.TRIPLES,
        "Datasets": formats.QUADS,
        "Answers to SELECT and ASK": formats.RESULTS,
        "Citations": formats.CITATIONS,
    }
    text = "# Formats\n\nA suffix goes before `?format=`, and that before `Accept`.\n"
    for title, group in parts.items():
        text += f"\n## {title}\n\n{table(heads, map(row, group))}"
    return text


def release() -> str:
    """Return what a release folder holds."""
    from gcmgraph.publish.write import contents

    files = _plain(inspect.cleandoc(contents.__doc__ or "")).split("\n\n")
    rows = [tuple(re.split(r" {2,}", line, maxsplit=1)) for line in files[1].splitlines()[1:-1]]
    roles = ", ".join(f"`{role}`" for role in get_args(manifest.Role))
    fields = inspect.getdoc(manifest.FileEntry) or ""
    return (
        "# A release\n\nA release is a folder `<version>-<identity>`; `current` is a link to the "
        "newest. It never changes after it is written. The same inputs give the same bytes on any "
        f"machine.\n\n{table(('file', 'holds'), rows)}\n{files[2]}\n\n## The manifest\n\n"
        f"`manifest.json` (layout {manifest.LAYOUT}) is what serving reads first.\n\n"
        f"{_plain(inspect.getdoc(manifest.Manifest))}\n\nOf each file: {_plain(fields)}\n\n"
        f"Roles: {roles}.\n"
    )


def _first(error: type[Exception]) -> str:
    return (inspect.getdoc(error) or "").split("\n")[0].rstrip(".")


def _plain(text: str | None) -> str:
    return (text or "").replace("``", "`")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for page, written in pages().items():
        (FOLDER / page).write_text(written, "utf-8")
