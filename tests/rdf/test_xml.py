"""XML output: what XML cannot hold is noticed however it is cut."""

from __future__ import annotations

import io

import pytest

from gcmgraph.errors import UnwritableResultError
from gcmgraph.rdf.xml import XmlOutput


@pytest.mark.parametrize("size", [1, 2, 3, 8])
def test_a_character_is_noticed_whatever_pieces_it_comes_in(size: int) -> None:
    data = "ab\uffff".encode()
    output = XmlOutput(io.BytesIO())
    pieces = [data[start : start + size] for start in range(0, len(data), size)]
    with pytest.raises(UnwritableResultError):
        any(output.write(piece) == 0 for piece in pieces)
