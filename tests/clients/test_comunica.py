"""Comunica, which runs in browsers, too: it is given the address and finds out the rest."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    import pyoxigraph as ox

HERE = Path(__file__).parent
NODE = shutil.which("node")


@pytest.mark.skipif(NODE is None, reason="there is no Node.js")
@pytest.mark.skipif(not (HERE / "node_modules").is_dir(), reason="“make test” installs Comunica")
def test_comunica(address: str, truth: ox.Dataset, practices: set[str]) -> None:
    asked = subprocess.run(
        [NODE, HERE / "comunica.mjs", address], check=True, capture_output=True, timeout=60
    )
    assert json.loads(asked.stdout) == {
        "select": [str(len(truth))],
        "ask": True,
        "construct": sorted(practices),
    }


def test_the_lock_names_no_registry() -> None:
    lock = json.loads((HERE / "package-lock.json").read_text("utf-8"))
    packages = [package for path, package in lock["packages"].items() if path]
    assert packages
    assert all("integrity" in p and "resolved" not in p for p in packages)
