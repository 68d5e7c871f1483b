"""Fixtures for all rooms."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from tiny_project import TINY, Tiny

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def tiny(tmp_path: Path) -> Tiny:
    """Copy the tiny project of ``tests/tiny``."""
    shutil.copytree(TINY, tmp_path / "tiny")
    return Tiny(tmp_path / "tiny")
