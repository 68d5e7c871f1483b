"""Words as a search compares them: without case, accents and the variants of letters."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

#: Letters that Arabic writes in several ways, and one that only stretches a word.
_ARABIC: Final = str.maketrans(
    {"أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ئ": "ي", "ؤ": "و", "ة": "ه", "ـ": None}
)
#: Scripts that put no space between words.
_UNSPACED: Final = re.compile(r"[぀-ヿ㐀-䶿一-鿿豈-﫿]+")
#: A code such as “3.8” or “16.b”, or a word.
_WORD: Final = re.compile(r"\d+(?:\.[0-9a-z]+)+|\w+")


def fold(text: str) -> str:
    """Return a text with the letters that matter; of Chinese and Japanese, pairs of signs."""
    plain = unicodedata.normalize("NFKD", text.translate(_ARABIC)).casefold()
    bare = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return _UNSPACED.sub(lambda run: f" {' '.join(_pairs(run[0]))} ", bare)


def words(text: str) -> list[str]:
    """Return the words of a text, folded."""
    return _WORD.findall(fold(text))


def _pairs(run: str) -> list[str]:
    return [run[i : i + 2] for i in range(max(1, len(run) - 1))]
