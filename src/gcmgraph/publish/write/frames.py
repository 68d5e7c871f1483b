"""Things as nested JSON: what a frame asks for, without a word of RDF for whoever reads it.

``data/frames/<class>.jsonld`` is a frame (JSON-LD 1.1 Framing) in the terms of the release's
context: the ``type`` of the things that are wanted, and the properties that are, with those of the
things they point at, to any depth. PyLD frames with these flags, so that the file needs none:

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
from typing import TYPE_CHECKING, Any, Final

from gcmgraph.errors import ProjectError
from gcmgraph.project import INFERRED
from gcmgraph.publish.describe.context import dump
from gcmgraph.publish.read.locate import relative
from gcmgraph.rdf import formats, jsonld
from gcmgraph.rdf.graphs import statements
from gcmgraph.rdf.namespaces import RDF, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from gcmgraph.project import Project
    from gcmgraph.publish.dataset import Dataset
    from gcmgraph.rdf.jsonld import Context

Frame = dict[str, Any]

_OPTIONS: Final = {"explicit": True, "embed": "@always", "omitDefault": True, "omitGraph": False}
_CONTEXT: Final = "@context"


@dataclass(frozen=True, slots=True)
class _Data:
    """What is framed, and how it is shown.

    ``facts`` are the statements about each thing, ``stated`` the classes that somebody says it
    belongs to, and ``links`` the terms under which a text is an IRI.
    """

    facts: dict[str, list[tuple[str, jsonld.Value]]]
    stated: dict[str, set[str]]
    links: frozenset[str]


def write_things(project: Project, dataset: Dataset) -> Iterator[tuple[str, formats.Format, bytes]]:
    """Yield the things of each frame: its class, the format, the file.

    Raises:
        ProjectError: where a frame is at fault.

    """
    paths = sorted(project.frames.glob("*.jsonld"))
    if not paths:
        return
    facts: dict[str, list[tuple[str, jsonld.Value]]] = defaultdict(list)
    for subject, predicate, value in sorted(statements(dataset.default), key=str):
        facts[subject].append((predicate, value))
    stated: dict[str, set[str]] = defaultdict(set)
    for name in dataset.in_default:
        if name != INFERRED:
            for subject, predicate, value in statements(dataset.graphs[name]):
                if predicate == RDF.type and isinstance(value, str):
                    stated[subject].add(dataset.context.name(value))
    terms = dataset.context.terms.values()
    data = _Data(facts, stated, frozenset(t.name for t in terms if t.coercion == "@id"))
    for path in paths:
        where = relative(path, project.root)
        frame = read_frame(path, where, dataset.facts.base, dataset.context)
        found = _framed(frame, where, data, dataset.context)
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


def _framed(frame: Frame, where: str, data: _Data, context: Context) -> list[dict[str, Any]]:
    from pyld import jsonld as pyld  # type: ignore[import-untyped]

    nodes = _within_reach(frame, data, context)
    # Of the terms only those in use: compaction takes time with all there are.
    part = context.part({iri for node in nodes for iri in (*node, *node.get("@type", ()))})
    try:
        result = pyld.frame(
            nodes,
            {_CONTEXT: part.definitions} | _expanded(frame, context),
            _OPTIONS | {"documentLoader": refuse},
        )
    except pyld.JsonLdError as error:
        raise ProjectError(f"{where} cannot be used as a frame: {error}.") from None
    found = [
        {_CONTEXT: context.iri} | _arranged(thing, frame, data)
        for thing in result.get("@graph", [])
    ]
    if not found:
        raise ProjectError(f"{where} finds nothing; is “{frame[jsonld.TYPE]}” the class you mean?")
    return found


def refuse(address: str, _: object) -> None:
    """Fetch nothing: what a release holds follows from the project alone.

    Raises:
        ValueError: always.

    """
    raise ValueError(f"nothing is fetched, and {address} least of all")


def _expanded(frame: Frame, context: Context) -> Frame:
    """Return the frame as framing takes it, with IRIs for terms.

    Below a term for texts by language, ``{}`` would be a text in no language, not any text. And
    ``@id`` may be any: without it, a thing that has none of the properties listed would be left
    out.
    """
    iris = {term.name: term.iri for term in context.terms.values()}
    found = {
        iris.get(key, key): _expanded(value, context)
        if isinstance(value, dict) and value
        else value
        for key, value in frame.items()
    }
    return found if jsonld.TYPE in found else {"@id": {}} | found


def _within_reach(frame: Frame, data: _Data, context: Context) -> list[dict[str, Any]]:
    """Return what the frame can show, as expanded JSON-LD.

    Framing takes time with all it is given; what no path of the frame reaches is left out.
    """
    iris = {term.name: term.iri for term in context.terms.values()}
    wanted = iris[frame[jsonld.TYPE]]
    level: list[tuple[str, Frame]] = [
        (thing, frame) for thing, facts in data.facts.items() if (RDF.type, wanted) in facts
    ]
    reached: dict[str, set[str]] = defaultdict(set)
    while level:
        following = []
        for thing, part in level:
            asked = {iris[name]: inner for name, inner in part.items() if name in iris}
            reached[thing] |= asked.keys()
            following += [
                (value, asked[predicate])
                for predicate, value in data.facts.get(thing, [])
                if predicate in asked and isinstance(value, str)
            ]
        level = following
    return [
        _node(thing, ((p, v) for p, v in data.facts.get(thing, []) if p in asked or p == RDF.type))
        for thing, asked in sorted(reached.items())
    ]


def _node(thing: str, facts: Iterable[tuple[str, jsonld.Value]]) -> dict[str, Any]:
    """Return a thing as an expanded node object (JSON-LD 1.1, 9.2)."""
    node: dict[str, Any] = {"@id": thing}
    for predicate, value in facts:
        if predicate == RDF.type and isinstance(value, str):
            node.setdefault("@type", []).append(value)
        elif isinstance(value, str):
            node.setdefault(predicate, []).append({"@id": value})
        else:
            node.setdefault(predicate, []).append(_literal(value))
    return node


def _literal(value: jsonld.Literal) -> dict[str, object]:
    """Return a literal as an expanded value object (JSON-LD 1.1, 9.5)."""
    if value.language:
        return {"@value": value.value, "@language": value.language}
    if value.datatype == XSD.string:
        return {"@value": value.value}
    number = jsonld.native(value)
    return {"@value": value.value if number is None else number, "@type": value.datatype}


def _arranged(thing: dict[str, Any], frame: Frame, data: _Data) -> dict[str, Any]:
    """Return a framed thing with its properties in the frame's order and its stated classes."""
    found: dict[str, Any] = {jsonld.ID: thing[jsonld.ID]}
    said = data.stated.get(thing[jsonld.ID], ())
    if types := [name for name in thing.get(jsonld.TYPE, []) if name in said]:
        found[jsonld.TYPE] = types
    for name, inner in frame.items():
        if name in thing and name not in (jsonld.ID, jsonld.TYPE):
            found[name] = _arranged_value(thing[name], name, inner, data)
    return found


def _arranged_value(value: object, name: str, frame: Frame, data: _Data) -> object:
    if isinstance(value, list):
        return [_arranged_value(one, name, frame, data) for one in value]
    if isinstance(value, dict) and jsonld.ID in value:
        # Of a thing that the frame does not open, its IRI says enough.
        bare = not frame and name in data.links
        return value[jsonld.ID] if bare else _arranged(value, frame, data)
    if isinstance(value, dict) and jsonld.TYPE in value:
        # As ``jsonld`` writes it, and every reader takes it.
        return {"@type": value[jsonld.TYPE], "@value": value["@value"]}
    return value
