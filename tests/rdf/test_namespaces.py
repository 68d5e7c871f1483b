"""Namespaces are closed, and hold only what their vocabularies define."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import rdflib.namespace as known
from mypy import api

from gcmgraph.rdf.namespaces import DCAT, PREFIXES, SKOS, VOID, Namespace

if TYPE_CHECKING:
    from pathlib import Path

#: Whose lists the library has, and has whole.
BUNDLED = ("DCAT", "FOAF", "OWL", "PROV", "RDF", "RDFS", "SH", "SKOS", "VOID", "XSD")


def terms(namespace: type[Namespace]) -> dict[str, str]:
    return {name: getattr(namespace, name) for name in namespace.__annotations__}


def test_a_misspelt_term_is_no_attribute() -> None:
    assert SKOS.prefLabel == "http://www.w3.org/2004/02/skos/core#prefLabel"
    assert VOID.class_ == "http://rdfs.org/ns/void#class"
    for namespace, name in ((SKOS, "brooder"), (DCAT, "distributions")):
        with pytest.raises(AttributeError):
            getattr(namespace, name)


def test_a_misspelt_term_passes_no_type_check(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    wrong.write_text(
        "from gcmgraph.rdf.namespaces import DCAT, SKOS\nprint(SKOS.brooder, DCAT.distribution)\n"
    )
    said, _, status = api.run([str(wrong), f"--cache-dir={tmp_path}"])
    assert status == 1
    assert said.count("error:") == 1
    assert "brooder" in said


@pytest.mark.parametrize("namespace", Namespace.__subclasses__(), ids=lambda n: n.__name__)
def test_every_term_lies_in_a_namespace_that_has_a_prefix(namespace: type[Namespace]) -> None:
    found = terms(namespace)
    assert found
    spaces = {iri.removesuffix(name.removesuffix("_")) for name, iri in found.items()}
    assert len(spaces) == 1
    assert spaces <= set(PREFIXES.values())


@pytest.mark.parametrize("name", BUNDLED)
def test_every_term_is_one_of_its_vocabulary(name: str) -> None:
    (namespace,) = (one for one in Namespace.__subclasses__() if one.__name__ == name)
    vocabulary = getattr(known, name)
    defined = {
        str(vocabulary) + term for term in (*vocabulary.__annotations__, *vocabulary._extras)
    }
    # The library's list of DCAT is of its second version; these came with the third.
    newer = {PREFIXES["dcat"] + term for term in ("hasCurrentVersion", "isVersionOf", "version")}
    assert set(terms(namespace).values()) - defined <= newer
