"""Reading the graph of a release: the server's own questions, which are no client's fault."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from gcmgraph.engine.description import LABELS, DescriptionRequest, best_labels
from gcmgraph.engine.protocol import Query
from gcmgraph.errors import (
    DatasetError,
    EngineError,
    QuerySyntaxError,
    ServiceRefusedError,
    UpdateRefusedError,
)
from gcmgraph.rdf import formats
from gcmgraph.rdf.results import rows
from gcmgraph.rdf.terms import iri, is_iri
from gcmgraph.serve.client import CLIENT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gcmgraph.engine.description import Description
    from gcmgraph.engine.protocol import Engine
    from gcmgraph.rdf.results import Row

Labels: TypeAlias = dict[str, str]

#: The label properties, for a query; one index look-up each, whatever the size of the graph.
IN_LABELS = f"FILTER(?p IN ({', '.join(map(iri, LABELS))}))"


class GraphReader:
    """Asks the engine of a release in the name of whoever is being answered."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    async def describe(self, iris: Iterable[str], page: int = 1) -> Description | None:
        """Return what the graph says of the first of ``iris`` that it knows; see ``Engine``."""
        request = DescriptionRequest(tuple(iris), page, CLIENT.get())
        return await self._engine.describe(request)

    async def select(self, text: str) -> list[Row]:
        """Return the solutions of a query."""
        return rows(await self._ask(text, formats.RESULTS_JSON))

    async def construct(
        self, text: str, format_: formats.Format, default_graphs: tuple[str, ...] = ()
    ) -> bytes:
        """Return the graph that a query makes, written in a format."""
        return await self._ask(text, format_, default_graphs)

    async def labels(self, iris: Iterable[str]) -> Labels:
        """Return a label for each IRI that has one: English before none before others."""
        known = " ".join(map(iri, sorted({text for text in iris if is_iri(text)})))
        if not known:
            return {}
        found = await self.select(
            f"SELECT ?s ?p ?label WHERE {{ VALUES ?s {{ {known} }} ?s ?p ?label {IN_LABELS} }}"
        )
        return best_labels((row["s"], row["p"], row["label"]) for row in found)

    async def _ask(
        self, text: str, format_: formats.Format, default_graphs: tuple[str, ...] = ()
    ) -> bytes:
        query = Query(text, format_, default_graphs, client=CLIENT.get(), trusted=True)
        try:
            with await self._engine.query(query) as answer:
                return answer.read()
        except (QuerySyntaxError, DatasetError, ServiceRefusedError, UpdateRefusedError) as error:
            raise EngineError(f"A query of the server's own was refused: {error}") from error
