"""Have the server take up the newest release."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from gcmgraph.commands import options, output
from gcmgraph.errors import ServerError

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    options.project(parser)
    parser.description = (
        "Have the server take up the newest release, without dropping a request; SIGHUP to its "
        "process does the same. Servers are found by the notices that they keep beside the "
        "release (.serving-PORT.json), so run it on the same machine and as the same user."
    )
    options.release(parser)
    options.port(parser, "the server at this port (default: all)")
    parser.add_argument(
        "--wait",
        type=float,
        default=300.0,
        metavar="SECONDS",
        help="how long to wait for what the server says (default: 300)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Run the command, and return its exit status."""
    from gcmgraph.serve.process.notice import ask_to_reload

    release = options.served(arguments) or Path(os.environ[options.RELEASE])
    said = ask_to_reload(release, arguments.port, arguments.wait)
    for one in said:
        output.say(f"Port {one.port}: {one.sentence}")
    if any(one.refused for one in said):
        raise ServerError("The newest release was refused; the old one is served as before.")
    return 0
