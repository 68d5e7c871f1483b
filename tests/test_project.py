"""A project's files can bear the names that become a part of addresses."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gcmgraph.errors import ProjectError

if TYPE_CHECKING:
    from example_project import Example


@pytest.mark.parametrize("stem", ["my river", "Ri?ver", "River", "river.v2", "é", "-river"])
@pytest.mark.parametrize(
    "file",
    [
        "data/frames/river.jsonld",
        "data/tables/river.rq",
        "data/queries/rivers.rq",
        "ontology/rules/drains.rq",
    ],
)
def test_a_name_that_cannot_stand_in_an_address_is_refused(
    example: Example, file: str, stem: str
) -> None:
    path = example.root / file
    path.rename(path.with_stem(stem))
    with pytest.raises(ProjectError, match="cannot bear that name, which becomes a part of addr"):
        _ = example.project


def test_all_such_names_are_told_at_once(example: Example) -> None:
    for file in ("data/frames/river.jsonld", "data/tables/river.rq"):
        path = example.root / file
        path.rename(path.with_stem("My River"))
    with pytest.raises(ProjectError) as caught:
        _ = example.project
    assert len(caught.value.details) == 2
