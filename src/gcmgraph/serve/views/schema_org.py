"""A thing, or a dataset, as search engines read it: schema.org, in JSON-LD inside its page.

Of the dataset and its parts, a file of the release says what is to be said.

What the graph says in schema.org's terms is told as it is; labels, definitions and links to the
same thing elsewhere are told in theirs. The licence and the dataset belong to the document, not to
a country, say, that it is about.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from gcmgraph.rdf import jsonld
from gcmgraph.rdf.jsonld import native
from gcmgraph.rdf.namespaces import DCT, FOAF, OWL, RDF, RDFS, SKOS
from gcmgraph.rdf.terms import Literal

if TYPE_CHECKING:
    from gcmgraph.engine.description import Description
    from gcmgraph.manifest import Manifest
    from gcmgraph.rdf.terms import Term
    from gcmgraph.serve.release import Release

CONTEXT: Final = "https://schema.org/"

#: Both spellings of its namespace are in use.
_TERM: Final = re.compile(r"https?://schema\.org/([A-Za-z0-9]+)")

_TERMS: Final = {
    SKOS.prefLabel: "name",
    RDFS.label: "name",
    DCT.title: "name",
    FOAF.name: "name",
    SKOS.altLabel: "alternateName",
    SKOS.definition: "description",
    DCT.description: "description",
    RDFS.comment: "description",
    SKOS.exactMatch: "sameAs",
    OWL.sameAs: "sameAs",
}


#: The release's file that search engines read.
_DATASET: Final = "dataset"


async def read_dataset(release: Release) -> dict[str, Any] | None:
    """Return the dataset with its parts, where the release says."""
    for entry in release.manifest.find("catalog", _DATASET):
        found: dict[str, Any] = json.loads(await release.read(entry))
        return found
    return None


async def read_part(release: Release, page: str) -> dict[str, Any] | None:
    """Return the part of the dataset whose page is said to stand at ``page``, if there is one."""
    whole = await read_dataset(release) or {}
    context = {name: whole[name] for name in ("@context",) if name in whole}
    part_of = {name: whole[name] for name in ("@type", "@id", "name") if name in whole}
    parts = whole.get("hasPart", ())
    return next(
        ({**context, **part, "isPartOf": part_of} for part in parts if part.get("url") == page),
        None,
    )


def describe(thing: Description, label: str | None, url: str, manifest: Manifest) -> dict[str, Any]:
    """Return what schema.org can say of a thing, called ``label``, whose page stands at ``url``."""
    types: list[str] = []
    said: dict[str, list[Any]] = {}
    for statement in (s for s in thing.own if s.subject.value == thing.iri):
        predicate, value = statement.predicate.value, statement.object
        if predicate == RDF.type:
            types += filter(None, [_local(value.value)])
        elif term := _TERMS.get(predicate) or _local(predicate):
            written = value.value if term == "sameAs" else _written(value)
            if written not in said.setdefault(term, []):
                said[term].append(written)
    if "name" not in said and label:
        said["name"] = [label]
    return {
        "@context": CONTEXT,
        "@id": thing.iri,
        "@type": _one_or_all(sorted(set(types)) or ["Thing"]),
        "identifier": thing.iri,
        "url": url,
        **{term: _one_or_all(values) for term, values in said.items()},
        "subjectOf": {
            "@type": "AboutPage",
            "url": url,
            "license": manifest.license,
            "isPartOf": {"@type": "Dataset", "@id": manifest.iri, "name": manifest.title},
        },
    }


def _local(iri: str) -> str | None:
    """Return the name of a term of schema.org, ``None`` for any other."""
    term = _TERM.fullmatch(iri)
    return term[1] if term else None


def _written(value: Term) -> object:
    if not isinstance(value, Literal):
        return {"@id": value.value}
    if value.language:
        return {"@language": value.language, "@value": value.value}
    number = native(jsonld.Literal(value.value, value.datatype.value))
    return value.value if number is None else number


def _one_or_all(values: list[Any]) -> object:
    return values if len(values) > 1 else values[0]
