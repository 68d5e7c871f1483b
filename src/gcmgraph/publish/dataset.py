"""The dataset that is published: what the stages after reading and judging are given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyoxigraph as ox

    from gcmgraph.publish.read.assemble import DatasetFacts
    from gcmgraph.publish.read.external import ExternalDataset
    from gcmgraph.publish.read.sources import Source
    from gcmgraph.rdf.graphs import Graph
    from gcmgraph.rdf.jsonld import Context


@dataclass(frozen=True, slots=True)
class Dataset:
    """Named graphs, and how they are written.

    ``graphs`` are all named graphs, ``default`` the union of ``in_default``; ``context`` has the
    terms of all, and ``sources`` and ``external`` are the documents and files some of them are
    from, ``derivations`` the triples that rules derived, each with the name of a rule that did.
    """

    facts: DatasetFacts
    prefixes: dict[str, str]
    context: Context
    sources: dict[str, Source]
    external: tuple[ExternalDataset, ...]
    graphs: dict[str, Graph]
    in_default: tuple[str, ...]
    derivations: dict[ox.Triple, str]
    default: Graph
