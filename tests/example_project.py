"""An example project of another field, to be broken one fault at a time."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gcmgraph.project import Project
from gcmgraph.publish.pipeline import Checked, check

EXAMPLE = Path(__file__).parent / "example"


@dataclass(frozen=True)
class Example:
    """A copy of the example project that a test may change."""

    root: Path

    def edit(self, name: str, old: str, new: str) -> None:
        """Replace a text that stands once in one of the files."""
        path = self.root / name
        # Not read_text and write_text: they would translate line ends.
        text = path.read_bytes().decode("utf-8")
        assert text.count(old) == 1, f"{old!r} stands {text.count(old)} times in {name}"
        path.write_bytes(text.replace(old, new).encode("utf-8"))

    def write(self, name: str, text: str) -> None:
        """Write a file."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode("utf-8"))

    @property
    def project(self) -> Project:
        """Open the project."""
        return Project.open(self.root)

    def check(self) -> Checked:
        """Check the project as a build does."""
        return check(self.project, lambda _: None)
