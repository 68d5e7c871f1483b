"""Options that several commands have, and what they mean."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Any, Final

from gcmgraph.errors import ServerError

#: Names the release to serve where the command line does not.
RELEASE: Final = "GCMGRAPH_RELEASE"

#: Names the control socket of a server that does not have it at the usual place.
CONTROL: Final = "GCMGRAPH_CONTROL"

#: Seconds in which a server says how it is.
_STATUS_SECONDS: Final = 5.0


def project(parser: argparse.ArgumentParser) -> None:
    """Add the option that names the project."""
    parser.add_argument(
        "--project",
        type=Path,
        default=Path(),
        metavar="FOLDER",
        help="folder that holds ontology/, shapes/ and data/ (default: the current one)",
    )


def strict(parser: argparse.ArgumentParser) -> None:
    """Add the option that makes warnings count."""
    parser.add_argument(
        "--strict",
        action="store_true",
        help="stop at results of sh:Warning and sh:Info, too",
    )


def release(parser: argparse.ArgumentParser) -> None:
    """Add the option that names a release."""
    parser.add_argument(
        "--release",
        type=Path,
        metavar="FOLDER",
        help="folder of the release (default: releases/current of the project)",
    )


def port(parser: argparse.ArgumentParser, meaning: str) -> None:
    """Add the option that names a port."""
    parser.add_argument("--port", type=_port, help=meaning)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"“{text}” is no port; give a number from 0 to 65535")
    return int(text)


def release_of(arguments: argparse.Namespace) -> Path:
    """Return the release folder asked for; a project need not be there to read a release."""
    folder: Path = arguments.release or arguments.project / "releases" / "current"
    return folder


def served(arguments: argparse.Namespace) -> Path | None:
    """Return the release to serve; ``None`` where the environment alone names it."""
    # The command line and the project go before the environment.
    if arguments.release or arguments.project != Path() or RELEASE not in os.environ:
        return release_of(arguments)
    return None


def server(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose among servers that run."""
    port(parser, "the server at this port (default: all of the release)")
    parser.add_argument(
        "--control",
        type=Path,
        metavar="FILE",
        help=f"control socket of the server (default: {CONTROL}, or all of this user's servers)",
    )
    parser.add_argument(
        "--wait",
        type=float,
        default=300.0,
        metavar="SECONDS",
        help="how long to wait for what the server says (default: 300)",
    )


def servers(arguments: argparse.Namespace) -> list[tuple[Path, dict[str, Any]]]:
    """Return the servers that are meant: their control sockets, and how they are.

    Raises:
        ServerError: where there is none.

    """
    from gcmgraph.serve.process.control import ask, control_paths

    named = arguments.control or os.environ.get(CONTROL)
    if named:
        return [(Path(named), ask(Path(named), "status", _STATUS_SECONDS))]
    release = served(arguments) or Path(os.environ[RELEASE])
    found = []
    for path in control_paths():
        try:
            status = ask(path, "status", _STATUS_SECONDS)
        except ServerError:
            # One that was killed leaves its socket behind.
            continue
        is_meant = arguments.port in (None, status["port"])
        if is_meant and status["serves"] == str(release.absolute()):
            found.append((path, status))
    if not found:
        raise ServerError(
            f"No server of {release} is running here; start one with “gcmgraph serve”, or send "
            "SIGHUP to the one you mean."
        )
    return found
