"""What a SPARQL text says of itself: the comment at its head, by paragraphs.

A rule, a question and a table begin so: a sentence that says what it is about, then an empty
comment line and what more there is to say.
"""

from __future__ import annotations

from itertools import takewhile


def paragraphs(text: str) -> list[str]:
    """Return the paragraphs of the comment at the head of a text, each on one line."""
    lines = takewhile(lambda line: line.startswith("#"), text.removeprefix("\ufeff").splitlines())
    comment = "\n".join(line.lstrip("#").strip() for line in lines)
    return [" ".join(part.split()) for part in comment.split("\n\n") if part.strip()]
