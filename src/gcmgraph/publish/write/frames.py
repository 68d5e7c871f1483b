"""Frames: which things nested JSON tells of, by which of their properties, how deep.

``data/frames/<class>.jsonld`` is a frame (JSON-LD 1.1 Framing) in the terms of the release's
context: the ``type`` of the things that are wanted, and the properties that are, with those of the
things they point at, to any depth.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from gcmgraph.errors import ProjectError
from gcmgraph.publish.read.files import read_text
from gcmgraph.publish.read.locate import relative
from gcmgraph.rdf import jsonld

if TYPE_CHECKING:
    from pathlib import Path

    from gcmgraph.project import Project
    from gcmgraph.publish.dataset import Dataset
    from gcmgraph.rdf.jsonld import Context

Frame: TypeAlias = dict[str, Any]

_CONTEXT: Final = "@context"


def read_frames(project: Project, dataset: Dataset) -> dict[str, Frame]:
    """Return the frames of a project by their names, sorted; see ``read_frame``."""
    return {
        path.stem: read_frame(
            path, relative(path, project.root), dataset.facts.base, dataset.context
        )
        for path in sorted(project.frames.glob("*.jsonld"))
    }


def class_of(frame: Frame, context: Context) -> str:
    """Return the IRI of the class whose things a frame wants."""
    return next(iri for iri, term in context.terms.items() if term.name == frame[jsonld.TYPE])


def read_frame(path: Path, where: str, base: str, context: Context) -> Frame:
    """Read a frame and make sure that each of its terms means something.

    Raises:
        ProjectError: naming the file and the term; a processor would pass over it in silence.

    """
    try:
        frame = json.loads(read_text(path, where))
    except ValueError as error:
        raise ProjectError(f"{where} is not JSON: {error}.") from None
    if not isinstance(frame, dict) or frame.pop(_CONTEXT, None) != base + jsonld.FILE_NAME:
        raise ProjectError(
            f"{where} must be an object whose @context is “{base}{jsonld.FILE_NAME}”."
        )
    names = {term.name for term in context.terms.values()}
    wanted = frame.get(jsonld.TYPE)
    if not isinstance(wanted, str) or wanted not in names:
        raise ProjectError(f"{where} needs one “type”: the name of a class in the context.")
    _check_terms(frame, where, names)
    return frame


def _check_terms(frame: Frame, where: str, names: set[str]) -> None:
    for key, value in frame.items():
        if key not in names and key not in (jsonld.ID, jsonld.TYPE):
            raise ProjectError(f"{where}: “{key}” is no term of the context.")
        if isinstance(value, dict):
            _check_terms(value, where, names)
        elif key != jsonld.TYPE:
            raise ProjectError(f"{where}: “{key}” must have an object, {{}} for all there is.")
