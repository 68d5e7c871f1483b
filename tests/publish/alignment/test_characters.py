"""Characters that look alike are told apart by name."""

from __future__ import annotations

from gcmgraph.publish.alignment.characters import differences


def test_alike_is_no_difference() -> None:
    assert differences("pre-primary", "pre-primary") == []


def test_a_character_is_named() -> None:
    assert differences("pre-primary", "pre\u2011primary") == [
        "at 3: HYPHEN-MINUS (U+002D) there is NON-BREAKING HYPHEN (U+2011)"
    ]


def test_what_is_there_alone_is_named() -> None:
    assert differences("ab", "a b") == ["at 1: nothing there is SPACE (U+0020)"]
    assert differences("a\u00adb", "ab") == ["at 1: SOFT HYPHEN (U+00AD) there is nothing"]


def test_many_characters_are_words() -> None:
    assert differences("by 2030, all", "all") == ["at 0: “by 2030, ” there is nothing"]
