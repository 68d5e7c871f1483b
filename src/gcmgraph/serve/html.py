"""HTML: templates, and the few things that templates ask of RDF terms.

Everything from the data is escaped; only http and https IRIs become links.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, urlsplit

import jinja2

from gcmgraph.rdf import formats
from gcmgraph.rdf.namespaces import PREFIXES
from gcmgraph.rdf.terms import NamedNode
from gcmgraph.serve.addresses import Addresses

if TYPE_CHECKING:
    from gcmgraph.manifest import Manifest

_LOCAL_END: Final = re.compile(r"[^/#]+[/#]?\Z")


class Html:
    """Renders the templates for one release."""

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest
        self.addresses = Addresses(manifest.base)
        known = {**PREFIXES, **manifest.prefixes}
        # The longest namespace first: one may begin another.
        self._namespaces = sorted(
            ((namespace, prefix) for prefix, namespace in known.items()),
            key=lambda pair: (-len(pair[0]), pair),
        )
        self._environment = jinja2.Environment(
            loader=jinja2.PackageLoader("gcmgraph.serve"),
            autoescape=True,
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals |= {
            "release": manifest,
            "link": self.link,
            "host": lambda iri: urlsplit(iri).netloc,
            "document": self.addresses.document,
            "short": self.short,
            "is_local": self.is_local,
            "graph_name": self.graph_name,
            "is_iri": lambda term: isinstance(term, NamedNode),
            "language": lambda term: getattr(term, "language", None),
            "formats": formats,
        }
        self._environment.filters["query"] = lambda text: quote(text, safe="")

    def render(self, template: str, **values: object) -> str:
        """Render a template."""
        return self._environment.get_template(template).render(values)

    def is_local(self, iri: str) -> bool:
        """Say whether an IRI is one of this release's own."""
        return self.addresses.is_ours(iri)

    def link(self, iri: str) -> str | None:
        """Return where a page links for an IRI: here for our own, ``None`` for no web address."""
        if self.is_local(iri):
            return self.addresses.document(iri)
        return iri if iri.startswith(("http://", "https://")) else None

    def short(self, iri: str) -> str:
        """Return a readable form of an IRI: a prefixed name, else its last part."""
        for namespace, prefix in self._namespaces:
            local = iri.removeprefix(namespace)
            if local != iri and local and "/" not in local and "#" not in local:
                return f"{prefix}:{local}"
        end = _LOCAL_END.search(iri)
        return end[0] if end and not iri.endswith("/") else iri

    def graph_name(self, term: NamedNode) -> str:
        """Return the name of a graph of the release."""
        return next(
            (graph.name for graph in self._manifest.graphs if graph.iri == term.value),
            self.short(term.value),
        )
