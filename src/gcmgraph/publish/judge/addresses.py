"""Things of ours whose IRI is an address at which the server has something else.

Whoever looked such a thing up would be answered, and by the wrong document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from gcmgraph.errors import Fault, ValidationError, refuse
from gcmgraph.project import ONTOLOGY, SHAPES
from gcmgraph.rdf.terms import NamedNode
from gcmgraph.reserved import is_reserved

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from gcmgraph.publish.read.locate import Locator
    from gcmgraph.rdf.graphs import Graph

#: Where the server shows what has such an IRI.
_SHOWN: Final = frozenset({ONTOLOGY, SHAPES})


def check_addresses(
    graphs: Mapping[str, Graph], stated: Iterable[str], base: str, locator: Locator
) -> None:
    """Make sure that nothing of which the ``stated`` graphs tell has an address of the server.

    Vocabularies and graphs have their own, ``{base}ontology#River`` and ``{base}graph/curation``.

    Raises:
        ValidationError: with a line for each such thing.

    """
    refuse(ValidationError, _faults(graphs, stated, base, locator))


def _faults(
    graphs: Mapping[str, Graph], stated: Iterable[str], base: str, locator: Locator
) -> Iterator[Fault]:
    own = {f"graph/{name}" for name in graphs} | _SHOWN
    subjects = {
        t.subject.value
        for name in stated
        for t in graphs.get(name, ())
        if isinstance(t.subject, NamedNode) and t.subject.value.startswith(base)
    }
    for iri in sorted(subjects):
        path = iri.removeprefix(base)
        whole = path.partition("#")[0]
        if is_reserved(path) and whole not in own and not path.startswith(".well-known/genid/"):
            yield Fault(
                f"{locator.locate(iri) or 'The project'}: <{iri}> is an address at which the "
                f"server has something else; name the thing below {base}id/.",
                "address",
            )
