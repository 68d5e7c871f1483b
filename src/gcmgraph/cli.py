"""The commands; errors become one sentence and an exit status.

What a command needs it imports itself, so that ``--help`` answers at once.

==========  ===================================================================
exit        meaning
==========  ===================================================================
0           all is well
1           ``coverage`` found words that nothing accounts for
2           the command line is not as ``--help`` says
3 to 12     see ``errors``: each kind has its own
69          a part of the program that the command needs is not installed
70          a fault of the program
130         interrupted
==========  ===================================================================
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import TYPE_CHECKING, Final

from gcmgraph import __version__
from gcmgraph.commands import align, build, check, coverage, query, reload, serve, status
from gcmgraph.errors import GcmGraphError

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS: Final = (build, check, coverage, align, query, serve, reload, status)

UNAVAILABLE: Final = 69
INTERNAL: Final = 70
INTERRUPTED: Final = 130

#: Which part of the program each command needs, as an extra of the package.
_EXTRAS: Final = dict.fromkeys(("align", "build", "check", "coverage"), "publish")

#: Set to see where in the program an unexpected error came from.
DEBUG: Final = "GCMGRAPH_DEBUG"


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    arguments = parser().parse_args(argv)
    try:
        exit_status: int = arguments.run(arguments)
        sys.stdout.flush()
    except GcmGraphError as error:
        if len(error.details) > 1:
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
        # One of our own modules that is missing is no library that could be installed.
        if isinstance(error, ModuleNotFoundError) and "gcmgraph" not in str(error.name):
            return _fail(
                f"This command needs {error.name}, which is not installed: "
                f"pip install 'gcmgraph[{arguments.extra}]'.",
                UNAVAILABLE,
            )
        return _fail(
            f"A fault of the program ({type(error).__name__}: {error}); run with {DEBUG}=1 to see "
            "where, and report it.",
            INTERNAL,
        )
    return exit_status


def _fail(sentence: str, status: int) -> int:
    sys.stderr.write("gcmgraph: " + " ".join(sentence.split()) + "\n")
    return status


def parser() -> argparse.ArgumentParser:
    """Return what reads the command line."""
    parser = argparse.ArgumentParser(
        prog="gcmgraph",
        description="Turns documents and what they say into a validated RDF graph, and serves it.",
    )
    parser.add_argument("--version", action="version", version=f"gcmgraph {__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True)
    for command in COMMANDS:
        summary = command.__doc__ or ""
        name = command.__name__.rpartition(".")[2]
        added = commands.add_parser(name, help=summary, description=summary)
        command.add_arguments(added)
        added.set_defaults(run=command.run, extra=_EXTRAS.get(name, "serve"))
    return parser
