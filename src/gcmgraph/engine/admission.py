"""What is decided about a query before any worker sees it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from gcmgraph.errors import (
    DatasetError,
    QuerySyntaxError,
    QueryTooDeepError,
    QueryTooLongError,
    ServiceRefusedError,
    UpdateRefusedError,
)
from gcmgraph.rdf.query_scan import MOST_DEPTH, Form

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from gcmgraph.engine.protocol import Query
    from gcmgraph.rdf.query_scan import QueryFacts, Service
    from gcmgraph.settings import Limits


@dataclass(frozen=True, slots=True)
class Dataset:
    """The graphs that a query sees (SPARQL 1.1 Query §13): a merged default graph, named graphs."""

    default: tuple[str, ...]
    named: tuple[str, ...]


def admit(query: Query, graphs: AbstractSet[str], limits: Limits) -> Dataset | None:
    """Return the dataset of an admissible query; ``None`` is the release as it stands.

    Raises:
        QueryTooLongError: where the text exceeds the limit.
        QueryTooDeepError: where its brackets stand too deeply within each other.
        UpdateRefusedError: where the text is an update.
        ServiceRefusedError: where it calls a service that the limits do not list.
        DatasetError: where it names a graph that is not one of ``graphs``.

    """
    if not query.trusted:
        check_length(query.text, limits.query_bytes)
    facts = query.facts
    if facts.depth > MOST_DEPTH:
        raise QueryTooDeepError(
            f"More than {MOST_DEPTH} brackets of the query stand within each other; "
            "write it flatter."
        )
    if facts.form is Form.UPDATE:
        raise UpdateRefusedError("This service is read-only; it takes queries and no updates.")
    for service in facts.services:
        if service.iri not in limits.services:
            raise ServiceRefusedError(_refusal(service, limits.services))
    if query.default_graphs or query.named_graphs:
        dataset = Dataset(query.default_graphs, query.named_graphs)
    elif facts.names_dataset:
        dataset = Dataset(facts.default_graphs, facts.named_graphs)
    else:
        return None
    for iri in (*dataset.default, *dataset.named):
        if iri not in graphs:
            raise DatasetError(
                f"There is no graph <{iri}>; the graphs are "
                + ", ".join(f"<{graph}>" for graph in sorted(graphs))
                + "."
            )
    return Dataset(tuple(dict.fromkeys(dataset.default)), tuple(dict.fromkeys(dataset.named)))


def _refusal(service: Service, allowed: AbstractSet[str]) -> str:
    called = f"the service {service.written}" if service.written else "another service"
    if not allowed:
        return f"The query calls {called}, and this service calls no other."
    names = ", ".join(f"<{iri}>" for iri in sorted(allowed))
    return f"The query calls {called}, and this service calls only {names}, named as such."


def check_length(text: str, query_bytes: int) -> None:
    """Refuse a text that is too long even to be looked at.

    Raises:
        QueryTooLongError: where it has more than ``query_bytes`` bytes.

    """
    size = len(text.encode("utf-8", "surrogatepass"))
    if size > query_bytes:
        raise QueryTooLongError(
            f"The query is {size} bytes long, and the limit is {query_bytes} bytes."
        )


def explain(
    error: QuerySyntaxError, facts: QueryFacts, prefixes: Mapping[str, str]
) -> QuerySyntaxError:
    """Return a syntax error in better words where a prefix is not declared.

    The engine only says what it expected instead. ``prefixes`` are those that we could name.
    """
    prefix = facts.undeclared
    if prefix is None:
        return error
    declaration = f"PREFIX {prefix.name}: <{prefixes.get(prefix.name, '…')}>"
    return QuerySyntaxError(
        f"Line {prefix.line}, column {prefix.column}: the prefix “{prefix.name}:” is not declared; "
        f"add “{declaration}”.",
        prefix.line,
        prefix.column,
        (declaration,),
    )
