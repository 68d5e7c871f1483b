"""Have the server take up the newest release."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcmgraph.commands import options, output
from gcmgraph.errors import ServerError

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Have the server take up the newest release, without dropping a request; SIGHUP to its "
        "process does the same. Servers are found by their control sockets, so run it on the same "
        "machine and as the same user."
    )
    options.project(parser)
    options.release(parser)
    options.server(parser)


def run(arguments: argparse.Namespace) -> int:
    from gcmgraph.serve.process.control import ask

    is_refused = False
    for path, status in options.servers(arguments):
        said = ask(path, "reload", arguments.wait)
        output.say(f"Port {status['port']}: {said['detail']}")
        is_refused |= said["outcome"] == "refused"
    if is_refused:
        raise ServerError("The newest release was refused; the old one is served as before.")
    return 0
