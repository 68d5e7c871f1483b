"""Words that people mean alike are alike."""

from __future__ import annotations

import pytest

from gcmgraph.rdf.folding import words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Éducation et SANTÉ", ["education", "et", "sante"]),
        ("l'accès", ["l", "acces"]),
        ("target 3.8, 16.b and 15e.", ["target", "3.8", "16.b", "and", "15e"]),
        ("well-being", ["well", "being"]),
        ("الأُمم المتحدة", ["الامم", "المتحده"]),
        ("人权", ["人权"]),
        ("联合国移民", ["联合", "合国", "国移", "移民"]),
        ('a" OR "b*', ["a", "or", "b"]),
        ("", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected
