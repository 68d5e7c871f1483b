"""The catalogue as a page shows it, asked of the catalogue graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gcmgraph.engine.description import DEFINITIONS
from gcmgraph.rdf.namespaces import DCAT, DCT, PREFIXES, RDF, SD, VOID
from gcmgraph.rdf.terms import NamedNode, iri

if TYPE_CHECKING:
    from gcmgraph.rdf.results import Row
    from gcmgraph.rdf.terms import Term
    from gcmgraph.serve.release import Release

#: What is said of the dataset too often to be read; most of it has a table of its own.
_ELSEWHERE: Final = frozenset(
    {
        RDF.type,
        DCT.title,
        DCAT.distribution,
        SD.namedGraph,
        VOID.classPartition,
        VOID.dataDump,
        VOID.propertyPartition,
        VOID.subset,
        VOID.vocabulary,
        *DEFINITIONS,
    }
)

_PREFIXES: Final = "".join(
    f"PREFIX {name}: <{PREFIXES[name]}>\n" for name in ("dcat", "dct", "lime", "rdf", "void")
)


@dataclass(frozen=True, slots=True)
class CatalogPage:
    """What the catalogue says of the dataset, in parts."""

    about: dict[str, list[Term]]
    services: list[Row]
    linksets: list[Row]
    classes: list[Row]
    properties: list[Row]
    languages: list[Row]
    vocabularies: list[Row]
    labels: dict[str, str]


async def read_catalog(release: Release, graph: str) -> CatalogPage:
    """Read what the catalogue ``graph`` says of the dataset of a release."""
    dataset = iri(release.manifest.iri)

    async def rows(variables: str, pattern: str, order: str) -> list[Row]:
        return await release.graph.select(
            f"{_PREFIXES}SELECT DISTINCT {variables} WHERE {{ GRAPH {iri(graph)} "
            f"{{ {pattern} }} }} ORDER BY {order}"
        )

    about: dict[str, list[Term]] = {}
    for row in await rows("?p ?o", f"{dataset} ?p ?o", "?p ?o"):
        if row["p"].value not in _ELSEWHERE:
            about.setdefault(row["p"].value, []).append(row["o"])
    classes = await rows(
        "?term ?number",
        f"{dataset} void:classPartition [ void:class ?term ; void:entities ?number ]",
        "DESC(?number) ?term",
    )
    properties = await rows(
        "?term ?number",
        f"{dataset} void:propertyPartition [ void:property ?term ; void:triples ?number ]",
        "DESC(?number) ?term",
    )
    named = {row["term"].value for row in (*classes, *properties)} | {
        value.value for values in about.values() for value in values if isinstance(value, NamedNode)
    }
    return CatalogPage(
        about=about,
        services=await rows(
            "?title ?address",
            f"?service dcat:servesDataset {dataset} ; dct:title ?title ; dcat:endpointURL ?address",
            "?address",
        ),
        linksets=await rows(
            "?title ?target ?number",
            f"{dataset} void:subset ?linkset . ?linkset a void:Linkset ; dct:title ?title ; "
            "void:objectsTarget/dct:title ?target ; void:triples ?number",
            "DESC(?number) ?title",
        ),
        classes=classes,
        properties=properties,
        languages=await rows(
            "?model ?language ?labels ?things",
            f"[] lime:referenceDataset {dataset} ; lime:lexicalizationModel ?model ; "
            "lime:language ?language ; lime:lexicalizations ?labels ; lime:references ?things",
            "?model DESC(?labels) ?language",
        ),
        vocabularies=await rows(
            "?vocabulary", f"{dataset} void:vocabulary ?vocabulary", "?vocabulary"
        ),
        labels=await release.graph.labels(named),
    )
