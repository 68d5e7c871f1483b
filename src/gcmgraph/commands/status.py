"""Say how the server is."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from gcmgraph.commands import options, output
from gcmgraph.errors import ServerError

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Say how the server is: which release it serves since when, what it does now. Servers are "
        "found by their control sockets, so run it on the same machine and as the same user."
    )
    options.project(parser)
    options.release(parser)
    options.server(parser)
    parser.add_argument("--json", action="store_true", help="one JSON object a server and line")


def run(arguments: argparse.Namespace) -> int:
    found = [status for _, status in options.servers(arguments)]
    for status in found:
        if arguments.json:
            output.say(json.dumps(status))
        else:
            state = "ready" if status["ready"] else "not ready"
            output.say(
                f"{status['address']} ({state}, process {status['pid']})\n"
                f"  release {status['release'][:12]}, version {status['version']} of "
                f"{status['issued']}, {status['triples']} triples\n"
                f"  {status['open']} open, {status['busy']} workers busy, "
                f"{status['waiting']} queries waiting, {status['connections']} connections"
            )
    if not all(status["ready"] for status in found):
        raise ServerError("A server cannot answer queries now; its log says why.")
    return 0
