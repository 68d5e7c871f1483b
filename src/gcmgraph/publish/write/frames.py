"""Things as nested JSON: what a frame asks for, without a word of RDF for whoever reads it.

``data/frames/<class>.jsonld`` is a frame (JSON-LD 1.1 Framing) in the terms of the release's
context: the ``type`` of the things that are wanted, and the properties that are, with those of the
things they point at, to any depth. What is written is what framing gives with these flags, so that
the file needs none:

- ``@explicit``: a thing has the properties that the frame lists, in the order in which it lists
  them;
- ``@embed: @always``: a thing stands whole wherever it is pointed at, so that no reader has to look
  for it elsewhere;
- ``@omitDefault``: what is not stated is left out.

A thing that a frame opens stands there whatever is known of it, and ``type`` lists the classes that
somebody states: those that rules derive would be six for a country.

``things/<class>.jsonld`` is an array of things, ``things/<class>.ndjson`` has one a line. Each
refers to its context by an IRI that never means anything else (see ``context``), and is plain JSON
without it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, Final

from gcmgraph.errors import ProjectError
from gcmgraph.project import INFERRED
from gcmgraph.publish.describe.context import dump
from gcmgraph.publish.read.locate import relative
from gcmgraph.rdf import formats, jsonld
from gcmgraph.rdf.graphs import statements
from gcmgraph.rdf.namespaces import RDF

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gcmgraph.project import Project
    from gcmgraph.publish.dataset import Dataset
    from gcmgraph.rdf.jsonld import Context

Frame = dict[str, Any]

_CONTEXT: Final = "@context"


def write_things(project: Project, dataset: Dataset) -> Iterator[tuple[str, formats.Format, bytes]]:
    """Yield the things of each frame: its class, the format, the file.

    Raises:
        ProjectError: where a frame is at fault.

    """
    nesting = _Nesting.of(dataset)
    for path in sorted(project.frames.glob("*.jsonld")):
        where = relative(path, project.root)
        frame = read_frame(path, where, dataset.facts.base, dataset.context)
        found = nesting.things(frame)
        if not found:
            raise ProjectError(
                f"{where} finds nothing; is “{frame[jsonld.TYPE]}” the class you mean?"
            )
        yield path.stem, formats.FRAMED, dump(found)
        lines = (json.dumps(thing, ensure_ascii=False, separators=(",", ":")) for thing in found)
        yield path.stem, formats.NDJSON, "".join(line + "\n" for line in lines).encode()


def read_frame(path: Path, where: str, base: str, context: Context) -> Frame:
    """Read a frame and make sure that each of its terms means something.

    Raises:
        ProjectError: naming the file and the term; a processor would pass over it in silence.

    """
    try:
        frame = json.loads(path.read_bytes())
    except (ValueError, UnicodeDecodeError) as error:
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


@dataclass(frozen=True, slots=True)
class _Nesting:
    """What is known of each thing, and in which terms it is told.

    ``facts`` are the statements about each thing by property, ``stated`` the classes that somebody
    says it belongs to, and ``terms`` the context's, by name.
    """

    context: Context
    facts: dict[str, dict[str, list[jsonld.Value]]]
    stated: set[tuple[str, jsonld.Value]]
    terms: dict[str, jsonld.Term]

    @classmethod
    def of(cls, dataset: Dataset) -> _Nesting:
        facts: dict[str, dict[str, list[jsonld.Value]]] = defaultdict(lambda: defaultdict(list))
        for subject, predicate, value in sorted(statements(dataset.default), key=str):
            facts[subject][predicate].append(value)
        stated = {
            (subject, value)
            for name in dataset.in_default
            if name != INFERRED
            for subject, predicate, value in statements(dataset.graphs[name])
            if predicate == RDF.type
        }
        terms = {term.name: term for term in dataset.context.terms.values()}
        return cls(dataset.context, facts, stated, terms)

    def things(self, frame: Frame) -> list[dict[str, Any]]:
        """Return the things of the frame's class, sorted by their IRIs."""
        wanted = self.terms[frame[jsonld.TYPE]].iri
        return [
            {_CONTEXT: self.context.iri} | self._thing(frame, iri)
            for iri in sorted(self.facts)
            if wanted in self.facts[iri].get(RDF.type, ())
        ]

    def _thing(self, frame: Frame, iri: str) -> dict[str, Any]:
        found: dict[str, Any] = {jsonld.ID: iri}
        about = self.facts.get(iri, {})
        classes = (kind for kind in about.get(RDF.type, ()) if (iri, kind) in self.stated)
        if types := [self.context.name(str(kind)) for kind in classes]:
            found[jsonld.TYPE] = types
        for name, inner in frame.items():
            if term := self.terms.get(name):
                # Of a thing that the frame does not open, its IRI says enough.
                bare = not inner and term.coercion == "@id"
                node = None if bare else partial(self._thing, inner)
                found |= self.context.written(term.iri, about.get(term.iri, []), node)
        return found
