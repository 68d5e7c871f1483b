"""All faults are told at once, and none twice."""

from __future__ import annotations

import pytest

from gcmgraph.errors import TOLD, Fault, ProjectError, refuse


def test_where_nothing_is_wrong_nothing_is_said() -> None:
    refuse(ProjectError, [])


def test_one_fault_is_the_message() -> None:
    with pytest.raises(ProjectError, match=r"^a is wrong\.$") as caught:
        refuse(ProjectError, ["a is wrong."])
    assert caught.value.details == ("a is wrong",)


def test_the_same_sentence_comes_once_with_its_count() -> None:
    with pytest.raises(ProjectError, match=r"^a is wrong \(1000 times\)\.$"):
        refuse(ProjectError, ["a is wrong."] * 1000)


def test_of_a_kind_the_first_are_told_and_the_rest_counted() -> None:
    faults = [Fault(f"{n} is wrong.", "a") for n in range(1000)] + [Fault("b is wrong.", "b")]
    with pytest.raises(ProjectError, match=r"^0 is wrong \(and 1000 more\)\.$") as caught:
        refuse(ProjectError, faults)
    assert len(caught.value.details) == TOLD + 2
    assert caught.value.details[-2:] == ("… and 980 more of this kind", "b is wrong")
