"""Every prefix of the standards we use, once.

The prefixes of a project's own namespaces are declared in its ontology (``sh:declare``) and
travel in the release's manifest; code never knows them.
"""

from __future__ import annotations

from typing import Final

PREFIXES: Final[dict[str, str]] = {
    "cpsv": "http://purl.org/vocab/cpsv#",
    # Dublin Core's elements take text where its terms want things.
    "dc": "http://purl.org/dc/elements/1.1/",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "earl": "http://www.w3.org/ns/earl#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "lime": "http://www.w3.org/ns/lemon/lime#",
    "oa": "http://www.w3.org/ns/oa#",
    "org": "http://www.w3.org/ns/org#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    # The UN writes schema.org with http, and so do we: one spelling joins, two do not.
    "schema": "http://schema.org/",
    "sd": "http://www.w3.org/ns/sparql-service-description#",
    "sh": "http://www.w3.org/ns/shacl#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "skosmos": "http://purl.org/net/skosmos#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vann": "http://purl.org/vocab/vann/",
    "void": "http://rdfs.org/ns/void#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


class Namespace:
    """A namespace whose terms are read as attributes or items: ``SKOS.broader``.

    It is no ``str``: of one, ``DCT.title`` would be the method.
    """

    __slots__ = ("_iri",)

    def __init__(self, iri: str) -> None:
        self._iri = iri

    def __str__(self) -> str:
        return self._iri

    def __getattr__(self, name: str) -> str:
        if name.startswith("__"):
            raise AttributeError(name)
        return self._iri + name

    def __getitem__(self, name: str) -> str:
        return self._iri + name


DC: Final = Namespace(PREFIXES["dc"])
DCAT: Final = Namespace(PREFIXES["dcat"])
DCT: Final = Namespace(PREFIXES["dct"])
EARL: Final = Namespace(PREFIXES["earl"])
FOAF: Final = Namespace(PREFIXES["foaf"])
HYDRA: Final = Namespace(PREFIXES["hydra"])
LIME: Final = Namespace(PREFIXES["lime"])
OA: Final = Namespace(PREFIXES["oa"])
OWL: Final = Namespace(PREFIXES["owl"])
PROV: Final = Namespace(PREFIXES["prov"])
RDF: Final = Namespace(PREFIXES["rdf"])
RDFS: Final = Namespace(PREFIXES["rdfs"])
SCHEMA: Final = Namespace(PREFIXES["schema"])
SD: Final = Namespace(PREFIXES["sd"])
SH: Final = Namespace(PREFIXES["sh"])
SKOS: Final = Namespace(PREFIXES["skos"])
SPDX: Final = Namespace(PREFIXES["spdx"])
VANN: Final = Namespace(PREFIXES["vann"])
VOID: Final = Namespace(PREFIXES["void"])
XSD: Final = Namespace(PREFIXES["xsd"])
