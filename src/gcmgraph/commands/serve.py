"""Answer for a release over HTTP."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from gcmgraph.commands import options, output
from gcmgraph.errors import ServerError

if TYPE_CHECKING:
    import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    options.project(parser)
    options.release(parser)
    parser.add_argument("--host", help="address to listen on (default: 127.0.0.1)")
    options.port(parser, "port, 0 for any that is free (default: 8000)")


def run(arguments: argparse.Namespace) -> int:
    import pydantic

    from gcmgraph.serve.process.server import run
    from gcmgraph.settings import Settings

    given: dict[str, Any] = {
        name: value for name in ("host", "port") if (value := getattr(arguments, name)) is not None
    }
    release = options.served(arguments)
    if release is not None:
        given["release"] = release
    try:
        settings = Settings(**given)
    except pydantic.ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        reason = first["msg"].removeprefix("Value error, ")
        raise ServerError(f"The setting GCMGRAPH_{name} cannot be used: {reason}.") from None
    return run(settings, _say_addresses)


def _say_addresses(address: str) -> None:
    output.say(f"Open   {address}/\nSPARQL {address}/sparql\nStop with Ctrl-C.")
    sys.stdout.flush()
