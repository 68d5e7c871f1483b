"""What tells clients apart."""

from __future__ import annotations

import pytest

from gcmgraph.serve.client import client_at


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2001:db8::1", "2001:db8:0:0:ffff::2"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
    ],
)
def test_these_are_one(one: str, other: str) -> None:
    assert client_at(one) == client_at(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("192.0.2.1", "192.0.2.2"),
        ("2001:db8:0:1::1", "2001:db8:0:2::1"),
        ("testclient", "unix"),
    ],
)
def test_these_are_two(one: str, other: str) -> None:
    assert client_at(one) != client_at(other)
