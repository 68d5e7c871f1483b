"""Tables for people who use spreadsheets, and what their columns mean.

``data/tables/<class>.rq`` is a SELECT query that begins with comments: the table's title, then what
each column holds, by the name of its variable. ``(several)`` says that a cell may hold several
values: the query joins them with ``|`` (GROUP_CONCAT), and they come sorted::

    # Rivers
    #
    # river: The river.
    # mouths (several): Where its water ends.
    SELECT ?river (GROUP_CONCAT(?end; SEPARATOR="|") AS ?mouths) …

The first column names the row, so it has a value in each and no value twice. The query says in
which order the rows come.

``tables/<class>.csv`` is CSV (RFC 4180, UTF-8, with a header), and the file beside it its metadata
(W3C, Metadata Vocabulary for Tabular Data): title, licence, and for each column its description,
datatype and separator.
"""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from itertools import islice, takewhile
from typing import TYPE_CHECKING, Any, Final

import pyoxigraph as ox

from gcmgraph.errors import ProjectError, UnsupportedQueryError
from gcmgraph.publish.derive.rules import read_query
from gcmgraph.publish.describe.context import dump
from gcmgraph.publish.read.locate import relative
from gcmgraph.rdf import formats
from gcmgraph.rdf.graphs import ntriples
from gcmgraph.rdf.namespaces import PREFIXES
from gcmgraph.rdf.sparql import ask

if TYPE_CHECKING:
    from collections.abc import Iterator

    from gcmgraph.project import Project
    from gcmgraph.publish.dataset import Dataset
    from gcmgraph.rdf.graphs import Term

SEPARATOR: Final = "|"

_COLUMN: Final = re.compile(r"(\w+)( \(several\))?: (\S.*)")
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


@dataclass(frozen=True, slots=True)
class Table:
    """A table's title and columns, as the query's comments say them."""

    title: str
    columns: tuple[Column, ...]


def write_tables(project: Project, dataset: Dataset) -> Iterator[tuple[str, formats.Format, bytes]]:
    """Yield each table and its metadata: the class, the format, the file.

    Raises:
        ProjectError: where a query does not say what it gives, or gives something else.
        RuleError: where it may not stand in a build.

    """
    paths = sorted(project.tables.glob("*.rq"))
    if not paths:
        return
    store = ox.Store()
    # Sorted, so that the engine finds everything in the same order each time.
    store.bulk_load(ntriples(dataset.default), format=ox.RdfFormat.N_TRIPLES)
    for path in paths:
        where = relative(path, project.root)
        query = read_query(path, project.root)
        names, rows = _rows(store, query, where)
        table = read_table(query, names, where)
        cells = [
            [_cell(term, c) for term, c in zip(row, table.columns, strict=True)] for row in rows
        ]
        _check_key([row[0] for row in cells], where)
        file = f"{path.stem}.{formats.TABLE.suffix}"
        yield path.stem, formats.TABLE, _csv(names, cells)
        yield path.stem, formats.CSVW, dump(_metadata(dataset, table, rows, file))


def title_of(query: str) -> str:
    """Return a table's title: the comment on the first line of its query."""
    first = query.partition("\n")[0]
    return first.lstrip("#").strip().rstrip(".") if first.startswith("#") else ""


def read_table(query: str, names: list[str], where: str) -> Table:
    """Return what the comments at the head of a query say of its columns ``names``.

    Raises:
        ProjectError: where one column lacks its sentence, or a sentence its column.

    """
    said: dict[str, Column] = {}
    head = takewhile(lambda line: line.startswith("#"), query.splitlines())
    for line in (line.lstrip("#").strip() for line in islice(head, 1, None)):
        if match := _COLUMN.fullmatch(line):
            said[match[1]] = Column(match[1], match[3], match[2] is not None)
        elif line and said:
            last = list(said.values())[-1]
            said[last.name] = Column(last.name, f"{last.description} {line}", last.several)
    if not title_of(query):
        raise ProjectError(f"{where} must begin with a comment that is the table's title.")
    if missing := [name for name in names if name not in said]:
        raise ProjectError(f"{where}: say what the column {missing[0]} holds: “# {missing[0]}: …”.")
    if surplus := sorted(said.keys() - set(names)):
        raise ProjectError(f"{where}: there is no column {surplus[0]}.")
    return Table(title_of(query), tuple(said[name] for name in names))


def _rows(store: ox.Store, query: str, where: str) -> tuple[list[str], list[list[Term | None]]]:
    try:
        found = ask(store, query)
    except SyntaxError as error:
        raise ProjectError(f"{where} is no SPARQL query: {error.msg}.") from None
    except UnsupportedQueryError as error:
        raise ProjectError(f"{where}: {error}") from None
    if not isinstance(found, ox.QuerySolutions):
        raise ProjectError(f"{where} is no SELECT query; a table has columns.")
    names = [variable.value for variable in found.variables]
    return names, [list(row) for row in found]


def _cell(term: Term | None, column: Column) -> str:
    if term is None:
        return ""
    if not isinstance(term, ox.NamedNode | ox.Literal):
        return str(term)
    if column.several:
        return SEPARATOR.join(sorted(term.value.split(SEPARATOR)))
    return term.value


def _check_key(values: list[str], where: str) -> None:
    if not values or "" in values or len(set(values)) != len(values):
        raise ProjectError(
            f"{where}: the first column must name each row, once; use GROUP BY, and begin with the "
            "thing that the row is about."
        )


def _csv(names: list[str], rows: list[list[str]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows(rows)
    return text.getvalue().encode()


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
    kind = kinds.pop() if len(kinds) == 1 else "string"
    return kind if kind in _DATATYPES else "string"
