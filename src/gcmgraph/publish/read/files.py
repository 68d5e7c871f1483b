"""Reading files: what the system says of those that cannot be read becomes a sentence."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from gcmgraph.errors import ProjectError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gcmgraph.project import Project


@contextmanager
def reading(project: Project) -> Iterator[None]:
    """Turn an error of the system into one of ours.

    Raises:
        ProjectError: naming the file.

    """
    try:
        yield
    except OSError as error:
        raise ProjectError(
            f"{error.filename or project.root} cannot be read: {error.strerror or error}."
        ) from error
