"""What surrounds the code holds together: container, hooks, forms."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CONTAINERFILE = (ROOT / "Containerfile").read_text("utf-8")


def instructions() -> list[tuple[str, str]]:
    """Return the instructions of the container file, each on one line."""
    lines = re.sub(r"\\\n\s*", " ", CONTAINERFILE).splitlines()
    found = [line.split(maxsplit=1) for line in lines if line and not line.startswith("#")]
    return [(name, rest) for name, rest in found]


def test_the_container_is_made_of_files_that_are_there_and_that_its_context_lets_in() -> None:
    let_in = {
        line[1:] for line in (ROOT / ".containerignore").read_text().splitlines() if line[0] == "!"
    }
    copied = [
        source
        for name, rest in instructions()
        if name == "COPY" and "--from" not in rest
        for source in rest.split()[:-1]
    ]
    assert copied
    for source in copied:
        assert (ROOT / source).exists(), source
        assert source in let_in, source


def test_the_container_fetches_nothing_by_address_and_runs_as_nobody_special() -> None:
    names = [name for name, _ in instructions()]
    assert set(names) <= {
        *("FROM", "WORKDIR", "COPY", "RUN", "USER", "ENV", "EXPOSE", "VOLUME", "STOPSIGNAL"),
        *("HEALTHCHECK", "ENTRYPOINT", "CMD"),
    }
    assert names.index("USER") < names.index("ENTRYPOINT")
    assert dict(instructions())["USER"] not in ("root", "0")
    stages = [rest for name, rest in instructions() if name == "FROM"]
    assert stages[0].endswith(" AS wheel")
    assert all(
        "--require-hashes" in r for n, r in instructions() if n == "RUN" and "--requirement" in r
    )


@pytest.mark.slow
def test_the_container_builds_where_it_can() -> None:
    tool = next(filter(None, map(shutil.which, ("podman", "docker"))), None)
    if tool is None or subprocess.run([tool, "info"], capture_output=True, check=False).returncode:
        pytest.skip("there is nothing here that builds containers")
    base = re.findall(r"^FROM (\S+)", CONTAINERFILE, re.MULTILINE)[-1]
    if subprocess.run([tool, "pull", base], capture_output=True, check=False).returncode:
        pytest.skip(f"{base} cannot be had here")
    made = subprocess.run([tool, "build", "-f", "Containerfile", "."], cwd=ROOT, check=False)
    assert made.returncode == 0


def test_hooks_call_what_make_test_calls() -> None:
    hooks = re.findall(r"entry: (.+)", (ROOT / ".pre-commit-config.yaml").read_text("utf-8"))
    makefile = (ROOT / "Makefile").read_text("utf-8").replace("$(BIN)", ".venv/bin")
    assert hooks
    for hook in hooks:
        assert f"\t{hook}\n" in makefile, hook


def test_forms_ask_for_something() -> None:
    forms = list((ROOT / ".github" / "ISSUE_TEMPLATE").glob("*.yml"))
    assert forms
    for form in forms:
        text = form.read_text("utf-8")
        assert re.search(r"^name: \S", text, re.MULTILINE), form.name
        assert text.count("      label: ") == text.count("  - type: ") > 0, form.name
