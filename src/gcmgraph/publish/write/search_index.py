"""What people search: the names and texts of things, in a file that the server only reads.

A SQLite database with one row for each thing that has a name or words of its own, and a full-text
index (FTS5) over them. ``names`` are labels in all languages, further labels and codes, ``texts``
all else that is said of the thing and its parts in words. Both are folded (``rdf.folding``), as the
words of whoever searches are.
"""

from __future__ import annotations

import sqlite3
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Final

from gcmgraph.project import INFERRED
from gcmgraph.publish.describe.context import local_name
from gcmgraph.rdf.comments import paragraphs
from gcmgraph.rdf.folding import words
from gcmgraph.rdf.graphs import statements
from gcmgraph.rdf.jsonld import Literal
from gcmgraph.rdf.namespaces import DCT, RDF, RDFS, SKOS, XSD

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from gcmgraph.publish.dataset import Dataset

_LABELS: Final = (SKOS.prefLabel, DCT.title, RDFS.label)
_NAMES: Final = (*_LABELS, SKOS.altLabel, SKOS.notation)
_SUMMARIES: Final = (SKOS.definition, RDFS.comment, DCT.description)
_WORDED: Final = frozenset({RDF.langString, XSD.string})

#: Characters of a thing's words that a result shows.
_SHOWN: Final = 200

#: What comes first: things that the project tells of by class, questions, all else with a name,
#: what has words only, terms of vocabularies.
CLASSED, QUESTION, NAMED, WORDED, TERM = range(5)

_SCHEMA: Final = """
CREATE TABLE thing (
  id INTEGER PRIMARY KEY, iri TEXT NOT NULL, label TEXT NOT NULL, language TEXT, kind TEXT,
  summary TEXT, place INTEGER NOT NULL
);
CREATE VIRTUAL TABLE words USING fts5 (
  names, texts, content = '', prefix = '2 3', tokenize = "porter unicode61 tokenchars '.'"
);
"""

Facts = dict[str, dict[str, list[Literal | str]]]


def write_search_index(
    dataset: Dataset, classes: Iterable[str], questions: Mapping[str, str]
) -> bytes:
    """Return the index of a dataset.

    ``classes`` are the IRIs of the classes whose things come first, ``questions`` the texts of
    queries by their IRIs.
    """
    facts: Facts = defaultdict(lambda: defaultdict(list))
    kinds: dict[str, list[str]] = defaultdict(list)
    for subject, predicate, value in sorted(statements(dataset.default), key=str):
        facts[subject][predicate].append(value)
    for name in dataset.in_default:
        for subject, predicate, value in sorted(statements(dataset.graphs[name]), key=str):
            if predicate == RDF.type and name != INFERRED and isinstance(value, str):
                kinds[subject].append(value)
    first = {
        thing
        for thing, about in facts.items()
        if {str(kind) for kind in about.get(RDF.type, ())} & {*classes}
    }
    rows = [
        row for iri in sorted(facts) if (row := _row(iri, facts, kinds, first, dataset.facts.base))
    ]
    rows += [_question(iri, text) for iri, text in sorted(questions.items())]
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "search.db"
        database = sqlite3.connect(path, isolation_level=None)
        try:
            database.executescript(_SCHEMA)
            database.execute("BEGIN")
            for number, (*shown, names, texts) in enumerate(rows):
                database.execute("INSERT INTO thing VALUES (?, ?, ?, ?, ?, ?, ?)", (number, *shown))
                database.execute(
                    "INSERT INTO words (rowid, names, texts) VALUES (?, ?, ?)",
                    (number, names, texts),
                )
            database.execute("INSERT INTO words (words) VALUES ('optimize')")
            database.execute("COMMIT")
            database.execute("VACUUM")
        finally:
            database.close()
        return _unsigned(path.read_bytes())


Row = tuple[str, str, str | None, str | None, str | None, int, str, str]


def _row(
    iri: str, facts: Facts, kinds: Mapping[str, list[str]], first: set[str], base: str
) -> Row | None:
    about = facts[iri]
    is_term = bool(about.get(RDFS.isDefinedBy))
    thing, hash_, _ = iri.partition("#")
    # A part is found by its thing; a term of a vocabulary is a thing of its own.
    if hash_ and not is_term and thing in facts and iri.startswith(base):
        return None
    label = _label(iri, facts)
    said = [v for p, vs in about.items() if p not in _NAMES for v in vs]
    said += [v for part in _parts(iri, facts) for vs in facts[part].values() for v in vs]
    texts = [v.value for v in said if isinstance(v, Literal) and v.datatype in _WORDED]
    if label is None and not texts:
        return None
    names = [v.value for p in _NAMES for v in about.get(p, ()) if isinstance(v, Literal)]
    summaries = [v for p in _SUMMARIES for v in about.get(p, ()) if isinstance(v, Literal)]
    summary = summaries[0].value if summaries else max(texts, key=len, default=None)
    rank = TERM if is_term else CLASSED if iri in first else NAMED if label is not None else WORDED
    return (
        iri,
        label.value if label else _shortened(f"“{max(texts, key=len)}”"),
        label.language if label else None,
        _kind(kinds.get(iri, []), facts),
        _shortened(summary) if summary and label else None,
        rank,
        " ".join(words(" ".join(names))),
        " ".join(words(" ".join([*texts, *_around(about, facts)]))),
    )


def _label(iri: str, facts: Facts) -> Literal | None:
    """Return what a thing is called, in English where it can be."""
    about = facts.get(iri, {})
    labels = [v for p in _LABELS for v in about.get(p, ()) if isinstance(v, Literal)]
    return min(labels, key=lambda text: text.language not in ("en", None), default=None)


def _around(about: Mapping[str, list[Literal | str]], facts: Facts) -> Iterable[str]:
    """Yield what the things are called that a thing points at: a practice by its country."""
    for predicate, values in about.items():
        for value in values if predicate != RDF.type else ():
            if isinstance(value, str) and (label := _label(value, facts)):
                yield label.value


def _parts(iri: str, facts: Facts) -> Iterable[str]:
    """Yield the parts of a thing that have IRIs below its own."""
    for values in facts[iri].values():
        for value in values:
            if isinstance(value, str) and value.startswith(f"{iri}#") and value in facts:
                yield value


def _kind(kinds: list[str], facts: Facts) -> str | None:
    """Return what the first class is called that has a name, else the end of its IRI."""
    named = [label.value for kind in kinds if (label := _label(kind, facts))]
    return next(iter([*named, *map(local_name, kinds)]), None)


def _question(iri: str, text: str) -> Row:
    title, *notes = paragraphs(text) or [iri]
    told = " ".join(notes)
    names, texts = " ".join(words(title)), " ".join(words(told))
    return iri, title, "en", "Question", _shortened(told) or None, QUESTION, names, texts


def _shortened(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _SHOWN else plain[: _SHOWN - 1].rstrip() + "…"


def _unsigned(data: bytes) -> bytes:
    """Return a database without the number of the library that wrote it (SQLite format, 1.3.17).

    The same rows give the same bytes.
    """
    return data[:92] + bytes(8) + data[100:]
