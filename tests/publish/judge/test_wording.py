"""A value stands in the words that its thing is quoted from, or the project says in which."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from gcmgraph.errors import EvidenceError, SourceError
from gcmgraph.manifest import sha256_of

if TYPE_CHECKING:
    from example_project import Example

GUIDE = "data/guide.ttl"
WORDING = "data/wording.toml"
SALT = '[[value]]\nthing = "river/aa"\nvalue = "13"\nwords = ["12 km"]\n'


def test_a_number_that_the_words_do_not_have_is_refused(example: Example):
    example.edit(GUIDE, "riv:length 12 ;", "riv:length 13 ;")
    with pytest.raises(EvidenceError, match=r"^data/guide\.ttl:9: <.*/river/aa> has “13” by "):
        example.check()


def test_a_part_of_a_number_is_not_the_number(example: Example):
    example.edit(GUIDE, "riv:length 12 ;", "riv:length 1 ;")
    with pytest.raises(EvidenceError, match="has “1” by"):
        example.check()


def test_a_number_may_stand_with_its_thousands_set_apart(example: Example):
    text = example.root / "data/sources/guide/guide.txt"
    before = sha256_of(text)
    example.edit("data/sources/guide/guide.txt", "is 12 km", "is 12,000 km")
    for old, new in ((before, sha256_of(text)), ("start = 84", "start = 88")):
        example.edit("data/sources/guide/source.toml", old, new)
    example.edit(GUIDE, "and is 12 km long", "and is 12,000 km long")
    example.edit(GUIDE, "riv:length 12 ;", "riv:length 12000 ;")
    for old, new in (("oa:end 55", "oa:end 59"), ("56 ; oa:end 82", "60 ; oa:end 86")):
        example.edit(GUIDE, old, new)
    example.check()


def test_words_that_say_a_value_otherwise_count(example: Example):
    example.edit(GUIDE, "riv:length 12 ;", "riv:length 13 ;")
    example.write(WORDING, SALT)
    example.check()


def test_a_thing_that_is_pointed_at_stands_there_by_a_label(example: Example):
    example.write(WORDING, 'named-by = ["riv:flowsInto"]\n')
    example.check()
    example.edit(GUIDE, "riv:flowsInto id:river\\/be", "riv:flowsInto id:sea\\/sea")
    with pytest.raises(EvidenceError, match=r"river/aa> has <.*sea/sea>, called “sea”, by "):
        example.check()


def test_words_that_name_a_thing_otherwise_count(example: Example):
    example.edit(GUIDE, "riv:flowsInto id:river\\/be", "riv:flowsInto id:sea\\/sea")
    name = '[[name]]\nthing = "sea/sea"\nwords = ["into the Bé", "the sea"]\n'
    example.write(WORDING, 'named-by = ["riv:flowsInto"]\n' + name)
    example.check()


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        (SALT, EvidenceError, "has words for .*13.*, which nothing needs"),
        (
            '[[name]]\nthing = "sea/lake"\nwords = ["x"]\n',
            EvidenceError,
            "lake, which nothing",
        ),
        ("named-by = [", SourceError, "cannot be read as TOML"),
        ('named-by = ["no:such"]', SourceError, "the prefix of “no:such” is not declared"),
        ('[[value]]\nthing = "river/aa"\n', SourceError, r"an entry \[\[value\]\] that is not"),
        ('[[values]]\nthing = "river/aa"\n', SourceError, r"an entry \[\[values\]\] that is not"),
    ],
)
def test_a_file_of_words_at_fault_is_refused(
    example: Example, text: str, error: type[Exception], message: str
):
    example.write(WORDING, text)
    with pytest.raises(error, match=message):
        example.check()
