"""What SPARQL texts say of themselves."""

from __future__ import annotations

import pytest

from gcmgraph.rdf.comments import paragraphs


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("# What?\nASK {}", ["What?"]),
        (
            "# What\n# is it?\n#\n#  More,\n# on two lines.\nASK {}",
            ["What is it?", "More, on two lines."],
        ),
        ("# Only a comment", ["Only a comment"]),
        ("#\n#\nASK {}", []),
        ("ASK {} # not at the head", []),
        ("", []),
    ],
)
def test_the_comment_at_the_head_comes_by_paragraphs(text: str, said: list[str]):
    assert paragraphs(text) == said
