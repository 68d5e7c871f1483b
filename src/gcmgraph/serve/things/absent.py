"""Things that are not there, or no more, and what to look at instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gcmgraph.serve.http.problems import GONE, NOT_FOUND, ProblemError
from gcmgraph.serve.http.signposts import Link, header
from gcmgraph.serve.things.nearest import Named, Nearest

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gcmgraph.rdf.terms import Term
    from gcmgraph.serve.addresses import Addresses, Reading
    from gcmgraph.serve.things.description import Describer


class Absent:
    """Says why there is no document, and where there is one."""

    def __init__(self, addresses: Addresses, describer: Describer) -> None:
        self._addresses = addresses
        self._nearest = Nearest(describer)

    async def unknown(self, readings: list[Reading]) -> ProblemError:
        """Return the problem of an address that means nothing the graph knows."""
        if not readings:
            return ProblemError(NOT_FOUND, "There can be nothing at such an address.")
        meant = next((reading for reading in readings if reading.suffix), readings[0])
        return ProblemError(
            NOT_FOUND,
            f"The graph says nothing of <{meant.iri}>.",
            nearest=self._told(await self._nearest.to(meant.iri)),
        )

    async def gone(
        self, iri: str, since: str, successors: list[Term], describer: Describer
    ) -> ProblemError:
        """Return the problem of a thing that is no more, with what has taken its place."""
        iris = [term.value for term in successors if term.is_iri]
        labels = await describer.labels([iri, *iris])
        replaced_by = self._told(Named(other, labels.get(other, other)) for other in iris)
        label = labels.get(iri, iri)
        detail = f"“{label}” is no more since {since}"
        if replaced_by:
            names = " and ".join(f"“{told['label']}”" for told in replaced_by)
            detail += f"; {names} took its place"
        links = [Link(told["address"], "successor-version") for told in replaced_by]
        return ProblemError(
            GONE,
            f"{detail}.",
            headers={"Link": header(links)} if links else None,
            iri=iri,
            label=label,
            invalidatedAtTime=since,
            isReplacedBy=replaced_by,
        )

    def _told(self, things: Iterable[Named]) -> list[dict[str, str]]:
        """Return things as a problem tells them: IRI, label and address."""
        return [
            {"iri": thing.iri, "label": thing.label, "address": address}
            for thing in things
            if (address := self._addresses.document(thing.iri))
        ]
