"""What a source's graph says, held against the words that it is quoted from.

A literal stands in the excerpts of its thing; a thing that it points at is called there by one of
its labels. What a document says in other words stands in ``data/wording.toml``, where IRIs are
relative to the dataset's base:

===========  ====================================================================
``values``   of a thing: its values, and the words that say each
``names``    things, and the words that name them
``unnamed``  properties whose values need not be named where the property is stated
===========  ====================================================================

What nothing needs is an error there, so that the file stays as short as the documents allow.
"""

from __future__ import annotations

import re
import tomllib
from collections import defaultdict
from itertools import chain
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

import pyoxigraph as ox
from pydantic import BaseModel, ConfigDict, ValidationError

from gcmgraph.errors import EvidenceError, Fault, ProjectError, refuse
from gcmgraph.project import WORDING
from gcmgraph.publish.read.files import read_text
from gcmgraph.publish.read.sources import shorten
from gcmgraph.rdf.graphs import Graph, Term, iri_of
from gcmgraph.rdf.namespaces import OA, PROV, RDF, RDFS, SKOS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from gcmgraph.publish.read.locate import Locator

_LABELS: Final = frozenset({RDFS.label, SKOS.prefLabel, SKOS.altLabel})
#: What a thing is and where it is from is not said in its words.
_UNSAID: Final = frozenset({RDF.type, PROV.wasQuotedFrom})
#: Marks of an extraction, and of quotation.
_MARKS: Final = re.compile(r"\*\*|</?u>|[“”\"]")


#: What is said of a place in the file that has another form, by the kind of fault.
_KINDS: Final = {
    "extra_forbidden": "there is no such table; known are values, names and unnamed",
    "dict_type": "there must be a table here",
    "list_type": "there must be a list of texts here",
    "string_type": "there must be a text here",
}


class _File(BaseModel):
    """The file as it is written."""

    model_config = ConfigDict(extra="forbid", strict=True)

    values: dict[str, dict[str, list[str]]] = {}
    names: dict[str, list[str]] = {}
    unnamed: list[str] = []


class Wording:
    """The words in which documents say what the graph says otherwise; it knows which were used."""

    def __init__(self, file: _File, base: str) -> None:
        def absolute(iri: str) -> str:
            return urljoin(base, iri)

        self._said = {
            (absolute(thing), value): words
            for thing, values in file.values.items()
            for value, words in values.items()
        } | {(absolute(thing), ""): words for thing, words in file.names.items()}
        self._unnamed = {absolute(iri) for iri in file.unnamed}
        self._unused: set[tuple[str, ...]] = {
            *((*key, words) for key, said in self._said.items() for words in said),
            *((iri,) for iri in self._unnamed),
        }

    @classmethod
    def read(cls, path: Path, base: str) -> Wording:
        """Read the file, which need not be there.

        Raises:
            ProjectError: where it is no TOML in UTF-8, or has other than the three tables.

        """
        try:
            text = read_text(path, WORDING) if path.exists() else ""
            return cls(_File.model_validate(tomllib.loads(text)), base)
        except ValidationError as error:
            refuse(
                ProjectError,
                (
                    f"{WORDING}: {'.'.join(map(str, fault['loc']))}: {_KINDS[fault['type']]}."
                    for fault in error.errors()
                ),
            )
            raise
        except (ValueError, RecursionError) as error:
            raise ProjectError(f"{WORDING} is no TOML: {error}.") from error

    def says(self, words: str, thing: str, value: str = "") -> bool:
        """Whether the words say the thing's value, or name the thing, in one of the ways given."""
        stands = [said for said in self._said.get((thing, value), ()) if _stands(said, words)]
        self._unused -= {(thing, value, said) for said in stands}
        return bool(stands)

    def passes_over(self, property_: str) -> bool:
        """Whether the values of a property need not be named."""
        self._unused.discard((property_,))
        return property_ in self._unnamed

    def unused(self) -> Iterator[Fault]:
        """Yield what stands in the file and nothing needs."""
        for thing, *said in sorted(self._unused):
            entry = " ".join(f"“{words}”" for words in said if words)
            yield Fault(
                f"{WORDING}: nothing needs the entry {entry + ' of ' if entry else ''}<{thing}>; "
                "remove it.",
                "unused",
            )


def check_wording(
    wording: Wording, sources: Iterable[str], graphs: Mapping[str, Graph], locator: Locator
) -> None:
    """Hold what the graphs of ``sources`` say against the words; labels come from all ``graphs``.

    Raises:
        EvidenceError: naming each value or thing that the words do not say, its place and what is
            right; and each entry of the file that nothing needs.

    """
    labels = _labels(graphs.values())
    faults: list[Fault] = []
    for source in sources:
        quoted = _quoted(graphs[source])
        for t in sorted(graphs[source], key=str):
            thing, property_ = iri_of(t.subject), t.predicate.value
            if thing not in quoted or property_ in _UNSAID:
                continue
            words, value = quoted[thing], iri_of(t.object)
            if isinstance(t.object, ox.Literal):
                said = _says(value, words) or wording.says(words, thing, value)
                what = f"says “{value}”"
            else:
                said = (
                    wording.passes_over(property_)
                    or any(_stands(label, words) for label in labels[value])
                    or wording.says(words, value)
                )
                what = f"points at <{value}> by <{property_}>"
            if not said:
                faults.append(
                    Fault(
                        f"{locator.statement(t)}: <{thing}> {what}, which does not stand in its "
                        f"excerpts (“{shorten(words, 200)}”); correct it, or add the words that "
                        f"say it to {WORDING}.",
                        property_,
                    )
                )
    refuse(EvidenceError, (*faults, *wording.unused()))


def _labels(graphs: Iterable[Graph]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for t in chain.from_iterable(graphs):
        if t.predicate.value in _LABELS:
            found[iri_of(t.subject)].add(iri_of(t.object))
    return found


def _quoted(graph: Graph) -> dict[str, str]:
    """Return for each thing the words of all excerpts that it is quoted from, in reading order."""
    by_property: dict[str, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for t in graph:
        by_property[t.predicate.value][iri_of(t.subject)].append(t.object)
    words = {}
    for thing, excerpts in by_property[PROV.wasQuotedFrom].items():
        selectors = {
            iri_of(selector)
            for excerpt in excerpts
            for selector in by_property[OA.hasSelector][iri_of(excerpt)]
        }
        stretches = sorted(
            (int(iri_of(start)), iri_of(exact))
            for selector in selectors
            for start in by_property[OA.start][selector]
            for exact in by_property[OA.exact][selector]
        )
        words[thing] = _plain(" ".join(exact for _, exact in stretches))
    return words


def _plain(words: str) -> str:
    """Words without the mark-up of an extraction, in one line and in lower case."""
    return " ".join(_MARKS.sub("", words).split()).lower()


def _says(value: str, words: str) -> bool:
    """Whether a value stands in the words, a number with or without commas."""
    return _stands(value, words) or (
        value.isascii() and value.isdigit() and _stands(f"{int(value):,}", words)
    )


def _stands(spelling: str, words: str) -> bool:
    """Whether a spelling stands in the words as words of its own."""
    return bool(re.search(rf"(?<!\w){re.escape(_plain(spelling))}(?!\w)", words))
