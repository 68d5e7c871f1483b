r"""Tables for people who use spreadsheets, and what their columns mean.

``data/tables/<class>.rq`` is a SELECT query that begins with comments: the table's title, then what
each column holds, by the name of its variable. ``(several)`` says that a cell may hold several
values: the query joins them with ``|`` (GROUP_CONCAT), and they come sorted, numbers in texts by
their value::

    # Rivers
    #
    # river: The river.
    # mouths (several): Where its water ends.
    SELECT ?river (GROUP_CONCAT(?end; SEPARATOR="|") AS ?mouths) …

The first column names the row, so it has a value in each and no value twice. The query says in
which order the rows come. A column that is empty in every row is a fault of the query, unless its
comment says ``(may be empty)``, or ``(several, may be empty)``.

``tables/<class>.csv`` is CSV (RFC 4180, UTF-8, with a header), and the file beside it its metadata
(W3C, Metadata Vocabulary for Tabular Data): title, licence, and for each column its description,
datatype and separator. Two things are done to cells, and the metadata say how to undo them:

- A value among several has ``\p`` for ``|``, ``\\`` for a backslash, and is ``\e`` where it is
  empty: so ``|`` stands between values and nowhere else. (The engine is given U+001F for a
  separator, which no value has: a release holds nothing that XML cannot, see ``rdf.xml``.)
- A cell that begins as a formula does (``=``, ``+``, ``-``, ``@``, tab, carriage return), and is
  no number, has ``'`` before it, as has one that begins with ``'``: spreadsheets run the others.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, replace
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from gcmgraph.errors import ProjectError, RuleError, UnsupportedQueryError, refuse
from gcmgraph.publish.derive.rules import query_fault, read_query
from gcmgraph.publish.describe.context import dump
from gcmgraph.publish.read.locate import relative
from gcmgraph.rdf import formats
from gcmgraph.rdf.graphs import iri_of, ntriples
from gcmgraph.rdf.namespaces import PREFIXES
from gcmgraph.rdf.sparql import ask

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from gcmgraph.project import Project
    from gcmgraph.publish.dataset import Dataset
    from gcmgraph.rdf.graphs import Term

SEPARATOR: Final = "|"

_COLUMN: Final = re.compile(r"(\w+)(?: \((several|may be empty|several, may be empty)\))?: (\S.*)")
_DIGITS: Final = re.compile(r"[0-9]+")
JOIN: Final = re.compile(r'(\bSEPARATOR\s*=\s*)"\|"', re.IGNORECASE)
#: What the engine joins values with; no value holds it.
JOINER: Final = "\x1f"
_ESCAPES: Final = {"\\": "\\\\", SEPARATOR: "\\p"}
_UNESCAPES: Final = {"\\": "\\", "p": SEPARATOR, "e": ""}
_GUARD: Final = "'"
_GUARDED: Final = tuple("=+-@\t\r'")
_NUMBER: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_HOW_TO_READ: Final = (
    "A cell that begins with ' has it before its value, so that no spreadsheet runs it as a "
    "formula: leave it out. In a column with a separator, \\p in a value stands for |, \\\\ for "
    "\\, and \\e for a value without characters."
)
#: The datatypes that tabular metadata names (Metadata Vocabulary for Tabular Data, 5.11.1).
_DATATYPES: Final = frozenset(
    {"anyURI", "boolean", "date", "dateTime", "decimal", "double", "gYear", "integer", "string"}
)


@dataclass(frozen=True, slots=True)
class Column:
    """What a column holds."""

    name: str
    description: str
    several: bool
    may_be_empty: bool


@dataclass(frozen=True, slots=True)
class Table:
    """A table's title and columns, as the query's comments say them."""

    title: str
    columns: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class WrittenTable:
    """A table as it is written: ``rows`` have the values of each cell, none where there is none."""

    name: str
    table: Table
    rows: list[list[list[str]]]
    csv: bytes
    metadata: bytes


def write_tables(project: Project, dataset: Dataset) -> Iterator[WrittenTable]:
    """Yield each table of the project.

    Raises:
        ProjectError: where queries do not say what they give, give something else, or may not
            stand in a build.

    """
    paths = sorted(project.tables.glob("*.rq"))
    if not paths:
        return
    store = ox.Store()
    # Sorted, so that the engine finds everything in the same order each time.
    store.bulk_load(ntriples(dataset.default), format=ox.RdfFormat.N_TRIPLES)
    tables: list[WrittenTable] = []
    faults: list[str] = []
    for path in paths:
        try:
            tables.append(_table(store, path, project, dataset))
        except (ProjectError, RuleError) as error:
            faults += error.details or (str(error),)
    refuse(ProjectError, faults)
    yield from tables


def _table(store: ox.Store, path: Path, project: Project, dataset: Dataset) -> WrittenTable:
    where = relative(path, project.root)
    query = read_query(path, project.root)
    names, found = _rows(store, query, where)
    table = read_table(query, names, where)
    rows = [[_values(term, c) for term, c in zip(row, table.columns, strict=True)] for row in found]
    refuse(ProjectError, (*_keyless(rows, where), *_empty_columns(table, rows, where)))
    metadata = _metadata(dataset, table, found, f"{path.stem}.{formats.TABLE.suffix}")
    return WrittenTable(path.stem, table, rows, _csv(table, rows), dump(metadata))


def values_of(cell: str, *, several: bool) -> list[str]:
    """Take the values of a cell apart, as the metadata say."""
    text = cell.removeprefix(_GUARD)
    if not text or not several:
        return [text] if text else []
    return [
        re.sub(r"\\(.)", lambda escape: _UNESCAPES[escape[1]], value)
        for value in text.split(SEPARATOR)
    ]


def title_of(query: str) -> str:
    """Return a table's title: the comment on the first line of its query."""
    first = query.removeprefix("\ufeff").partition("\n")[0]
    return first.lstrip("#").strip().rstrip(".") if first.startswith("#") else ""


def read_table(query: str, names: list[str], where: str) -> Table:
    """Return what the comments at the head of a query say of its columns ``names``.

    Raises:
        ProjectError: where columns lack their sentences, or sentences their columns.

    """
    said: dict[str, Column] = {}
    head = takewhile(lambda line: line.startswith("#"), query.splitlines())
    for line in (line.lstrip("#").strip() for line in islice(head, 1, None)):
        if match := _COLUMN.fullmatch(line):
            marks = (match[2] or "").split(", ")
            said[match[1]] = Column(match[1], match[3], "several" in marks, "may be empty" in marks)
        elif line and said:
            last = list(said.values())[-1]
            said[last.name] = replace(last, description=f"{last.description} {line}")
    faults = [
        f"{where}: say what the column {name} holds: “# {name}: …”."
        for name in names
        if name not in said
    ]
    faults += [f"{where}: there is no column {name}." for name in sorted(said.keys() - set(names))]
    if not title_of(query):
        faults.append(f"{where} must begin with a comment that is the table's title.")
    if len(JOIN.findall(query)) < sum(column.several for column in said.values()):
        faults.append(
            f"{where}: join the values of each column that holds several by "
            f'GROUP_CONCAT(…; SEPARATOR="{SEPARATOR}").'
        )
    refuse(ProjectError, faults)
    return Table(title_of(query), tuple(said[name] for name in names))


def _empty_columns(table: Table, rows: list[list[list[str]]], where: str) -> Iterator[str]:
    for number, column in enumerate(table.columns):
        if rows and not column.may_be_empty and not any(any(row[number]) for row in rows):
            mark = "(several, may be empty)" if column.several else "(may be empty)"
            yield (
                f"{where}: the column {column.name} is empty in every row; correct the query, or "
                f"write “# {column.name} {mark}: …” where that is right."
            )


def _rows(store: ox.Store, query: str, where: str) -> tuple[list[str], list[list[Term | None]]]:
    try:
        found = ask(store, JOIN.sub(rf'\1"{JOINER}"', query))
    except SyntaxError as error:
        raise ProjectError(query_fault(where, error)) from None
    except UnsupportedQueryError as error:
        raise ProjectError(f"{where}: {error}") from None
    if not isinstance(found, ox.QuerySolutions):
        raise ProjectError(f"{where} is no SELECT query; a table has columns.")
    names = [variable.value for variable in found.variables]
    return names, [list(row) for row in found]


def _values(term: Term | None, column: Column) -> list[str]:
    if term is None:
        return []
    text = iri_of(term)
    # Nothing joined is an empty text, too.
    return in_order(text.split(JOINER)) if column.several and text else [text]


def in_order(values: Iterable[str]) -> list[str]:
    """Return texts as people sort them: 1.4 before 11.1."""
    return sorted(values, key=lambda text: (_DIGITS.sub(lambda n: n[0].zfill(20), text), text))


def _keyless(rows: list[list[list[str]]], where: str) -> Iterator[str]:
    keys = ["".join(row[0]) for row in rows]
    if not keys or "" in keys or len(set(keys)) != len(keys):
        yield (
            f"{where}: the first column must name each row, once; use GROUP BY, and begin with the "
            "thing that the row is about."
        )


def _csv(table: Table, rows: list[list[list[str]]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(column.name for column in table.columns)
    for row in rows:
        writer.writerow(_cell(values, c) for values, c in zip(row, table.columns, strict=True))
    return text.getvalue().encode()


def _cell(values: list[str], column: Column) -> str:
    if column.several:
        values = ["".join(_ESCAPES.get(c, c) for c in value) or "\\e" for value in values]
    text = SEPARATOR.join(values)
    return _GUARD + text if _is_guarded(text) else text


def _is_guarded(text: str) -> bool:
    return text.startswith(_GUARDED) and not _NUMBER.fullmatch(text)


def _metadata(
    dataset: Dataset, table: Table, rows: list[list[Term | None]], file: str
) -> dict[str, Any]:
    described = []
    for number, column in enumerate(table.columns):
        values = [term for row in rows if (term := row[number]) is not None]
        about: dict[str, Any] = {
            "name": column.name,
            "titles": column.name,
            "dc:description": column.description,
            "datatype": "string" if column.several else _datatype(values),
        }
        languages = {getattr(term, "language", None) for term in values}
        if len(languages) == 1 and (language := languages.pop()):
            about["lang"] = language
        if column.several:
            about["separator"] = SEPARATOR
        if number == 0:
            about["required"] = True
        described.append(about)
    key = table.columns[0].name
    schema = {"primaryKey": key, "columns": described}
    if described[0]["datatype"] == "anyURI":
        schema = {"aboutUrl": f"{{+{key}}}"} | schema
    return {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": file,
        "dc:title": table.title,
        "rdfs:comment": _HOW_TO_READ,
        "dc:license": {"@id": dataset.facts.license},
        "dc:isPartOf": {"@id": dataset.facts.iri},
        "tableSchema": schema,
    }


def _datatype(values: list[Term]) -> str:
    """Return the one datatype of a column's values, or ``string``."""
    kinds = {
        value.datatype.value.removeprefix(PREFIXES["xsd"])
        if isinstance(value, ox.Literal)
        else "anyURI"
        for value in values
    }
    guarded = any(_is_guarded(iri_of(value)) for value in values)
    kind = kinds.pop() if len(kinds) == 1 and not guarded else "string"
    return kind if kind in _DATATYPES else "string"
