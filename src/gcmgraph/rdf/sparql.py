"""Asking a store: every query of the endpoint, the command line and the build passes here."""

from __future__ import annotations

from typing import Any, TypeAlias

import pyoxigraph as ox

from gcmgraph.rdf.query_rewriting import Rewriting, occurrence

_Graphs: TypeAlias = (
    ox.NamedNode | ox.DefaultGraph | list[ox.NamedNode | ox.BlankNode | ox.DefaultGraph]
)


def ask(
    store: ox.Store,
    text: str,
    *,
    default_graph: _Graphs | None = None,
    named_graphs: list[ox.NamedNode] | None = None,
) -> ox.QuerySolutions | ox.QueryBoolean | ox.QueryTriples:
    """Ask a store, whose answer is then that of SPARQL 1.1 (see ``query_rewriting``).

    The arguments are those of the store's own method.

    Raises:
        SyntaxError: where the text is no query; the places that it names are those of ``text``.
        UnsupportedQueryError: where nothing gives the answer that SPARQL wants.

    """
    dataset: dict[str, Any] = {}
    if default_graph is not None:
        dataset["default_graph"] = default_graph
    if named_graphs is not None:
        dataset["named_graphs"] = named_graphs
    rewriting = Rewriting(
        text,
        graphs=lambda: store.named_graphs() if named_graphs is None else named_graphs,
        holds=lambda prologue, term: bool(
            store.query(f"{prologue} ASK {occurrence(term)}", **dataset)
        ),
    )
    if rewriting.aggregates:
        ox.Store().query(text)
    try:
        return store.query(
            rewriting.text, custom_aggregate_functions=rewriting.aggregates, **dataset
        )
    except SyntaxError:
        ox.Store().query(text)
        raise
