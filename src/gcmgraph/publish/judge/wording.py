"""Every value held against the words that its thing is quoted from.

A literal of a source's graph must stand in the excerpts of the thing that has it, and so must the
name of what a thing points at, for the properties that ``data/wording.toml`` lists. Where a
document says it otherwise (“16 May 2023”, “free of charge”), the same file has the words::

    named-by = ["ex:country"]

    [[value]]
    thing = "event/opening"
    value = "2023-05-16"
    words = ["16 May 2023"]

    [[name]]
    thing = "organization/council"
    words = ["the council"]

A thing is named by its IRI below ``{base}id/``. An entry that nothing needs is an error: it would
hide the next fault.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from gcmgraph.errors import EvidenceError, SourceError
from gcmgraph.publish.read.sources import shorten
from gcmgraph.rdf.graphs import Graph, union
from gcmgraph.rdf.namespaces import OA, PROV, RDFS, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gcmgraph.project import Project
    from gcmgraph.publish.read.locate import Locator

_LABELS: Final = frozenset({SKOS.prefLabel, SKOS.altLabel, RDFS.label})

#: Mark-up of an extraction, and quotation marks, which documents set as they like.
_MARKUP: Final = re.compile(r"\*\*|</?u>|[“”\"]")

_KEYS: Final = {"value": {"thing", "value", "words"}, "name": {"thing", "words"}}


@dataclass(slots=True)
class Wording:
    """What is said otherwise: words of values and of names, and the properties that name things."""

    values: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    names: dict[str, list[str]] = field(default_factory=dict)
    named_by: frozenset[str] = frozenset()


def read_wording(project: Project, base: str, prefixes: Mapping[str, str]) -> Wording:
    """Read ``data/wording.toml``; without one, nothing is said otherwise.

    Raises:
        SourceError: where the file is not as it should be.

    """
    path = project.wording_file
    if not path.is_file():
        return Wording()
    try:
        record: dict[str, Any] = tomllib.loads(path.read_bytes().decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SourceError(f"{path} cannot be read as TOML: {error}.") from None
    found = Wording(named_by=frozenset(_iri(n, prefixes, path) for n in record.pop("named-by", [])))
    for kind, entries in record.items():
        for entry in entries if kind in _KEYS else [{}]:
            if kind not in _KEYS or set(entry) != _KEYS[kind]:
                raise SourceError(
                    f"{path} has an entry [[{kind}]] that is not as it should be; there are "
                    "[[value]] with thing, value and words, and [[name]] with thing and words."
                )
            thing, words = f"{base}id/{entry['thing']}", entry["words"]
            if kind == "value":
                found.values[thing, entry["value"]] = words
            else:
                found.names[thing] = words
    return found


def _iri(name: str, prefixes: Mapping[str, str], path: object) -> str:
    prefix, _, local = name.partition(":")
    if prefix not in prefixes:
        raise SourceError(f"{path}: the prefix of “{name}” is not declared in the ontology.")
    return prefixes[prefix] + local


def check_wording(
    graphs: Mapping[str, Graph], sources: Iterable[str], wording: Wording, locator: Locator
) -> None:
    """Make sure that what the sources' graphs say stands in the words they are quoted from.

    Raises:
        EvidenceError: naming the first thing at fault, its place, its words and what is right.

    """
    labels: dict[str, set[str]] = defaultdict(set)
    for t in union(graphs, graphs):
        if t.predicate.value in _LABELS and isinstance(t.object, ox.Literal):
            labels[str(t.subject)].add(t.object.value)
    needed: set[object] = set()
    for source in sources:
        words = _words(graphs[source])
        for t in sorted(graphs[source], key=str):
            subject, value = t.subject.value, t.object  # type: ignore[union-attr]
            if subject not in words:
                continue
            if isinstance(value, ox.Literal):
                key: object = (subject, value.value)
                spellings = wording.values.get((subject, value.value)) or _spellings(value.value)
                what = f"“{shorten(value.value)}”"
            elif t.predicate.value in wording.named_by and isinstance(value, ox.NamedNode):
                key = value.value
                spellings = wording.names.get(value.value) or sorted(labels[str(value)])
                what = f"<{value.value}>, called {' or '.join(f'“{s}”' for s in spellings)},"
            else:
                continue
            needed.add(key)
            if not any(_stands(spelling, words[subject]) for spelling in spellings):
                place = locator.locate(subject)
                raise EvidenceError(
                    f"{place + ': ' if place else ''}<{subject}> has {what} by "
                    f"<{t.predicate.value}>, and its excerpts say "
                    f"“{shorten(words[subject], 200)}”; correct it, quote the words, or write "
                    "them to data/wording.toml."
                )
    if idle := sorted(map(str, {*wording.values, *wording.names} - needed)):
        raise EvidenceError(f"data/wording.toml has words for {idle[0]}, which nothing needs.")


def _words(graph: Graph) -> dict[str, str]:
    """Return the words of each thing: its excerpts in reading order, without mark-up."""
    said: dict[tuple[str, str], list[str]] = defaultdict(list)
    for t in graph:
        if isinstance(t.object, ox.NamedNode | ox.Literal) and isinstance(t.subject, ox.NamedNode):
            said[t.subject.value, t.predicate.value].append(t.object.value)
    found = {}
    for (thing, predicate), excerpts in said.items():
        if predicate == PROV.wasQuotedFrom:
            selectors = [s for excerpt in excerpts for s in said[excerpt, OA.hasSelector]]
            selectors.sort(key=lambda s: int(said[s, OA.start][0]))
            found[thing] = _plain(" ".join(said[s, OA.exact][0] for s in selectors))
    return found


def _plain(words: str) -> str:
    """Return words without mark-up, on one line, in lower case."""
    return " ".join(_MARKUP.sub("", words).split()).lower()


def _spellings(value: str) -> list[str]:
    return [value, f"{int(value):,}"] if value.isascii() and value.isdigit() else [value]


def _stands(spelling: str, words: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(_plain(spelling))}(?!\w)", words) is not None
