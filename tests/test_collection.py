"""No test is left out: a runner that passes over a folder would say that all is well."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def test_a_whole_run_collects_every_test_file(request: pytest.FixtureRequest):
    if request.config.args_source.name != "TESTPATHS":
        pytest.skip("only some files were asked for")
    collected = {item.path for item in request.session.items}
    assert collected == set(HERE.rglob("test_*.py"))
