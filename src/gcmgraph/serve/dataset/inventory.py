"""The catalogue as a page shows it, asked of the catalogue graph."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gcmgraph.rdf import terms
from gcmgraph.rdf.namespaces import DCAT, DCT, PREFIXES, RDF, SD, VOID
from gcmgraph.serve.things.description import DEFINITIONS, Describer

if TYPE_CHECKING:
    from gcmgraph.rdf.terms import Row, Term
    from gcmgraph.serve.site import Site

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
class Inventory:
    """What the catalogue says of the dataset, in parts."""

    about: dict[str, list[Term]]
    services: list[Row]
    linksets: list[Row]
    classes: list[Row]
    properties: list[Row]
    languages: list[Row]
    vocabularies: list[Row]
    labels: dict[str, str]


async def read_inventory(site: Site, graph: str) -> Inventory:
    """Read what the catalogue ``graph`` says of the dataset of the site."""
    dataset = terms.iri(site.manifest.iri)

    async def rows(variables: str, pattern: str, order: str) -> list[Row]:
        return await site.select(
            f"{_PREFIXES}SELECT DISTINCT {variables} WHERE {{ GRAPH {terms.iri(graph)} "
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
        value.value for values in about.values() for value in values if value.is_iri
    }
    return Inventory(
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
        labels=await Describer(site).labels(iri for iri in named if terms.is_iri(iri)),
    )
