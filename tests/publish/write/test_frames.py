"""Frames that ask for what there is not are refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gcmgraph.errors import ProjectError
from gcmgraph.publish.write.nested import write_things

if TYPE_CHECKING:
    from example_project import Example

FRAME = "data/frames/river.jsonld"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"label": {},', '"label": {}, "lenght": {},', "“lenght” is no term"),
        ('"length": {}', '"length": 12', "“length” must have an object"),
        ('"type": "River"', '"type": "Lake"', "the name of a class"),
        ('"type": "River"', '"type": "NamedGraph"', "finds nothing"),
        ("context.jsonld", "terms.jsonld", "whose @context is"),
        ('"length": {},', '"length": {', "is not JSON"),
    ],
)
def test_a_frame_at_fault_is_refused(example: Example, old: str, new: str, message: str):
    example.edit(FRAME, old, new)
    with pytest.raises(ProjectError, match=rf"^{FRAME}.*({message})"):
        list(write_things(example.project, example.check()))
