"""Our server and a portal's, as programs find them."""

from __future__ import annotations

import socket
import subprocess
import sysconfig
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyoxigraph as ox

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from gcmgraph.manifest import Manifest

#: The server of the package ``oxigraph``.
OXIGRAPH = Path(sysconfig.get_path("scripts"), "oxigraph")


@dataclass(frozen=True)
class Ours:
    """Our server over the real release: where it is, and what it has to say."""

    address: str
    client: httpx.Client
    manifest: Manifest
    store: ox.Store

    def at(self, iri: str) -> str:
        """Return the address here of an IRI below our base, which is another's host."""
        assert iri.startswith(self.manifest.base)
        return self.address + iri.removeprefix(self.manifest.base)

    def about(self, iri: str) -> set[ox.Triple]:
        """Return what the default graph says of a thing."""
        quads = self.store.quads_for_pattern(ox.NamedNode(iri), None, None, ox.DefaultGraph())
        return {quad.triple for quad in quads}

    def graph(self, name: str) -> set[ox.Triple]:
        """Return what a named graph says."""
        node = ox.NamedNode(f"{self.manifest.base}graph/{name}")
        return {quad.triple for quad in self.store.quads_for_pattern(None, None, None, node)}


@contextmanager
def portal_of(files: list[Path], folder: Path) -> Iterator[str]:
    """Serve files as a portal would, and return the address of its endpoint."""
    load = [OXIGRAPH, "load", "--location", folder, "--file", *files]
    subprocess.run(load, check=True, capture_output=True)
    with socket.create_server(("127.0.0.1", 0)) as free:
        place = f"127.0.0.1:{free.getsockname()[1]}"
    serve = [OXIGRAPH, "serve-read-only", "--location", folder, "--bind", place]
    with subprocess.Popen(serve, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            assert "Listening" in process.stderr.readline()
            yield f"http://{place}/query"
        finally:
            process.kill()
