"""Excerpts held against their texts, and what of each document they account for.

An excerpt is a Web Annotation specific resource: ``oa:hasSource`` the document, ``oa:hasSelector``
one or more selectors that together give ``oa:exact``, ``oa:start`` and ``oa:end`` once each (Web
Annotation Vocabulary, TextQuoteSelector and TextPositionSelector). A thing points at its excerpts
with ``prov:wasQuotedFrom``.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import pyoxigraph as ox

from gcmgraph.errors import EvidenceError, Fault, refuse
from gcmgraph.publish.read.sources import Source, shorten
from gcmgraph.rdf.graphs import Graph, Term, iri_of
from gcmgraph.rdf.namespaces import OA, PROV

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gcmgraph.publish.read.locate import Locator

#: Characters of an excerpt at most; longer words are a section, not evidence.
LONGEST: Final = 1000

_SENTENCE_END: Final = re.compile(
    r"(?<=[a-z0-9)\]\"'”’»])[.?!][\"'”’»)\]]*\s+(?=[\"'“‘«(\[]?[A-Z])"
)
_ABBREVIATION: Final = re.compile(r"(?:^|[\s(])(?:e\.g|i\.e|cf|vs|al|approx|pp?|vol|ed|no)$", re.I)
#: The beginning of a list item, up to the dot of its marker: “a.”, “iv.”, “3.”, “- b.”.
_MARKER: Final = re.compile(r"(?:^|\n)[\s*_#>•»-]*\(?(?:[a-z]|[ivxlc]+|\d{1,3})$", re.I)
#: More digits than this are no place in a text, and Python refuses to count some.
_OFFSET: Final = re.compile(r"[0-9]{1,15}")
_BLANK_LINE: Final = re.compile(r"\n[^\S\n]*\r?\n")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The exact words of a document between two offsets."""

    iri: str
    exact: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Words of a document between two offsets."""

    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """How a document's characters are accounted for; the four parts sum to ``characters``."""

    source: Source
    excerpts: int
    excerpted: int
    boilerplate: int
    layout: int
    unaccounted: tuple[Stretch, ...]

    @property
    def characters(self) -> int:
        """The length of the text."""
        return len(self.source.text)

    @property
    def missing(self) -> int:
        """Characters in stretches that nothing accounts for."""
        return sum(s.end - s.start for s in self.unaccounted)


def check_evidence(
    sources: Mapping[str, Source], graphs: Mapping[str, Graph], locator: Locator
) -> list[Coverage]:
    """Check each source's graph against its text and return how much is accounted for.

    Raises:
        EvidenceError: naming each excerpt or thing at fault, its place, and what is right.

    """
    faults: list[Fault] = []
    found = [
        _coverage(source, _excerpts(source, graphs[name], locator, faults))
        for name, source in sources.items()
    ]
    refuse(EvidenceError, faults)
    return found


def require_whole(coverage: Iterable[Coverage]) -> None:
    """Make sure that nothing is unaccounted for.

    Raises:
        EvidenceError: with all words that are.

    """
    refuse(
        EvidenceError,
        (
            Fault(
                f"{one.source.file} is not accounted for at {stretch.start}–{stretch.end} "
                f"(“{shorten(stretch.words)}”); excerpt the words, or name them as boilerplate "
                "with a reason.",
                one.source.name,
            )
            for one in coverage
            for stretch in one.unaccounted
        ),
    )


def _excerpts(source: Source, graph: Graph, locator: Locator, faults: list[Fault]) -> list[Excerpt]:
    """Return the excerpts of a graph that can be read, and add what is wrong to ``faults``."""
    properties = _properties(graph)
    selectors: set[Term] = set()
    # An excerpt that cannot be read stands there as ``None``.
    excerpts: dict[str, Excerpt | None] = {}
    for subject in sorted(properties, key=str):
        facts = properties[subject]
        if OA.hasSelector in facts:
            selectors.update(facts[OA.hasSelector])
            excerpt, wrong = _read_excerpt(subject, properties, source)
            excerpts[subject.value] = excerpt
            if excerpt:
                wrong = [*_wrong_words(excerpt, source), *_wrong_extent(excerpt)]
            faults += [
                Fault(f"{_place(subject.value, locator)}{text}", kind) for text, kind in wrong
            ]
    used: set[str] = set()
    for subject in sorted(properties, key=str):
        if subject in selectors or subject.value in excerpts:
            continue
        quoted = {iri_of(o) for o in properties[subject].get(PROV.wasQuotedFrom, [])}
        used |= quoted
        if foreign := sorted(quoted - excerpts.keys()):
            faults += [
                Fault(
                    f"{_place(subject.value, locator)} is quoted from <{iri}>, which is no excerpt "
                    f"in the graph of {source.name}.",
                    "foreign",
                )
                for iri in foreign
            ]
        elif not quoted:
            faults.append(
                Fault(
                    f"{_place(subject.value, locator)} is stated in the graph of {source.name} "
                    "without an excerpt of it; add prov:wasQuotedFrom, or state it elsewhere.",
                    "without",
                )
            )
    faults += [
        Fault(
            f"{_place(iri, locator)} is an excerpt that no statement is quoted from; state what it "
            "says, or remove it.",
            "idle",
        )
        for iri in sorted(excerpts.keys() - used)
    ]
    return [excerpt for excerpt in excerpts.values() if excerpt]


def _properties(graph: Graph) -> dict[ox.NamedNode, dict[str, list[Term]]]:
    found: dict[ox.NamedNode, dict[str, list[Term]]] = defaultdict(lambda: defaultdict(list))
    for t in sorted(graph, key=str):
        if isinstance(t.subject, ox.NamedNode):
            found[t.subject][t.predicate.value].append(t.object)
    return {subject: dict(facts) for subject, facts in found.items()}


def _read_excerpt(
    subject: ox.NamedNode,
    properties: Mapping[ox.NamedNode, Mapping[str, list[Term]]],
    source: Source,
) -> tuple[Excerpt | None, list[Fault]]:
    """Return an excerpt, or what is wrong with it."""
    facts = properties[subject]
    if facts.get(OA.hasSource) != [ox.NamedNode(source.iri)]:
        what = (
            f" stands in the graph of {source.name}, so its one oa:hasSource must be "
            f"<{source.iri}>."
        )
        return None, [Fault(what, "source")]
    values: dict[str, list[Term]] = {OA.exact: [], OA.start: [], OA.end: []}
    for selector in facts[OA.hasSelector]:
        if isinstance(selector, ox.NamedNode):
            for key, found in values.items():
                found.extend(properties.get(selector, {}).get(key, []))
    exact, start, end = values.values()
    numbers = [v.value for v in (*start, *end) if isinstance(v, ox.Literal)]
    if (
        len(exact) != 1
        or not isinstance(exact[0], ox.Literal)
        or len(start) != 1
        or len(end) != 1
        or not all(_OFFSET.fullmatch(n) for n in numbers)
        or len(numbers) != len(("start", "end"))
    ):
        what = " needs one oa:exact, one oa:start and one oa:end (whole numbers) on its selector."
        return None, [Fault(what, "selector")]
    return Excerpt(subject.value, exact[0].value, int(numbers[0]), int(numbers[1])), []


def _wrong_words(excerpt: Excerpt, source: Source) -> Iterator[Fault]:
    found = source.text[excerpt.start : excerpt.end]
    if found == excerpt.exact and excerpt.start < excerpt.end <= len(source.text):
        return
    if places := _places(excerpt.exact, source.text):
        at = min(places, key=lambda place: abs(place - excerpt.start))
        yield Fault(
            f": its words do not stand at {excerpt.start}–{excerpt.end} of {source.file.name} but "
            f"at {at}–{at + len(excerpt.exact)}; correct oa:start and oa:end.",
            "offset",
        )
        return
    if _lines_alike(excerpt.exact) in _lines_alike(source.text):
        ends = "CR LF (\\r\\n, two characters)" if "\r\n" in source.text else "LF (\\n)"
        yield Fault(
            f" ends its lines otherwise than {source.file.name}, which ends them with {ends}; "
            "write them so in oa:exact, and count oa:end anew.",
            "line ends",
        )
        return
    pairs = zip(excerpt.exact, found, strict=False)
    same = next(
        (i for i, (a, b) in enumerate(pairs) if a != b), min(len(excerpt.exact), len(found))
    )
    around = slice(max(0, same - 20), same + 20)
    yield Fault(
        f" differs from {source.file.name} at character {excerpt.start + same}: the excerpt "
        f"says {excerpt.exact[around]!r}, the text {found[around]!r}; copy the words exactly.",
        "words",
    )


def _lines_alike(text: str) -> str:
    return text.replace("\r\n", "\n")


def _places(words: str, text: str) -> list[int]:
    """Return all offsets at which the words stand in the text."""
    return [m.start() for m in re.finditer(re.escape(words), text)] if words else []


def _wrong_extent(excerpt: Excerpt) -> Iterator[Fault]:
    words = excerpt.exact
    if len(words) > LONGEST:
        yield Fault(
            f" is an excerpt of {len(words)} characters; take a sentence or a list item, at most "
            f"{LONGEST}.",
            "long",
        )
    if words != words.strip():
        yield Fault(" is an excerpt that begins or ends with white space; leave that out.", "space")
    if _BLANK_LINE.search(words):
        yield Fault(" is an excerpt across a blank line; make two of it.", "blank line")
    for end in _SENTENCE_END.finditer(words):
        before = words[: end.start()]
        if not (_ABBREVIATION.search(before) or _MARKER.search(before)):
            yield Fault(
                " is an excerpt of more than one sentence (one ends at "
                f"“{shorten(before[-30:])}.”); make one of each.",
                "sentences",
            )


def _coverage(source: Source, excerpts: list[Excerpt]) -> Coverage:
    text = source.text
    state = bytearray(len(text))
    for item in source.boilerplate:
        state[item.start : item.end] = b"f" * (item.end - item.start)
    for excerpt in excerpts:
        state[excerpt.start : excerpt.end] = b"e" * (excerpt.end - excerpt.start)
    edges = [0, *(i for i in range(1, len(text)) if bool(state[i]) != bool(state[i - 1]))]
    unaccounted = []
    for start, end in pairwise([*edges, len(text)]):
        words = text[start:end]
        if not state[start] and any(c.isalnum() for c in words):
            begin = start + len(words) - len(words.lstrip())
            unaccounted.append(Stretch(begin, begin + len(words.strip()), words.strip()))
    excerpted, boilerplate = state.count(b"e"), state.count(b"f")
    missing = sum(s.end - s.start for s in unaccounted)
    return Coverage(
        source=source,
        excerpts=len(excerpts),
        excerpted=excerpted,
        boilerplate=boilerplate,
        layout=len(text) - excerpted - boilerplate - missing,
        unaccounted=tuple(unaccounted),
    )


def _place(iri: str, locator: Locator) -> str:
    place = locator.locate(iri)
    return f"{place}: <{iri}>" if place else f"<{iri}>"
