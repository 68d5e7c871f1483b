"""The addresses below the base that the server answers itself; no thing has one as its IRI."""

from __future__ import annotations

from typing import Final
from urllib.parse import unquote

#: First segments; ``name`` stands for ``name.ttl`` and other suffixes, too.
RESERVED: Final = frozenset(
    {
        *("about", "browse", "catalog", "citation", "context", "doc", "download", "graph"),
        *("ontology", "problems", "queries", "rules", "shapes", "sparql", "version", "void"),
        *(".well-known", "favicon.ico", "healthz", "metrics", "openapi.json", "readyz"),
        *("opensearch.xml", "robots.txt", "search", "sitemap", "static"),
    }
)


def is_reserved(path: str) -> bool:
    """Say whether the server answers itself at what follows the base in an IRI."""
    first = unquote(path.partition("/")[0].partition("?")[0].partition("#")[0])
    return first in RESERVED or first.partition(".")[0] in RESERVED
