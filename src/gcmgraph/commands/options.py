"""Options that several commands have, and what they mean."""

from __future__ import annotations

import argparse
import os
from pathlib import Path
from typing import Final

#: Names the release to serve where the command line does not.
RELEASE: Final = "GCMGRAPH_RELEASE"


def project(parser: argparse.ArgumentParser) -> None:
    """Add the option that names the project."""
    parser.add_argument(
        "--project",
        type=Path,
        default=Path(),
        metavar="FOLDER",
        help="folder that holds ontology/, shapes/ and data/ (default: the current one)",
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
