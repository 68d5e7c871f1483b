"""The package declares what it imports, by the walls of the house; its wheel serves a release."""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement

from gcmgraph import cli
from processes import COUNT, Server
from sample_release import write_release

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "src" / "gcmgraph"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

#: The extra that each floor may use besides what is always there.
EXTRA_OF = {"serve": "serve", "publish": "publish"}


def declared(extra: str | None = None) -> set[str]:
    lines = PROJECT["optional-dependencies"][extra] if extra else PROJECT["dependencies"]
    return {re.sub(r"[-_.]+", "-", Requirement(line).name).lower() for line in lines}


def imported(floor: Path) -> Iterator[str]:
    for path in [floor] if floor.is_file() else floor.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                yield from (alias.name.partition(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield str(node.module).partition(".")[0]


@pytest.mark.parametrize(
    "floor",
    [p for p in sorted(PACKAGE.iterdir()) if p.suffix == ".py" or p.is_dir()],
    ids=lambda p: p.stem,
)
def test_what_a_floor_imports_is_declared_for_it(floor: Path) -> None:
    distributions = packages_distributions()
    allowed = declared() | (declared(EXTRA_OF[floor.name]) if floor.name in EXTRA_OF else set())
    for name in set(imported(floor)) - set(sys.stdlib_module_names) - {"gcmgraph"}:
        names = {re.sub(r"[-_.]+", "-", d).lower() for d in distributions.get(name, [name])}
        assert names & allowed, f"{floor.name} imports {name}"


def test_every_dependency_has_a_lower_bound_and_is_used() -> None:
    used = {
        re.sub(r"[-_.]+", "-", distribution).lower()
        for name in set(imported(PACKAGE))
        for distribution in packages_distributions().get(name, [])
    }
    for line in (
        *PROJECT["dependencies"],
        *PROJECT["optional-dependencies"]["serve"],
        *PROJECT["optional-dependencies"]["publish"],
    ):
        requirement = Requirement(line)
        assert any(s.operator == ">=" for s in requirement.specifier), line
        assert requirement.name in used, line


def test_a_command_that_lacks_its_part_says_which_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for command, extra in (("serve", "serve"), ("check", "publish")):
        monkeypatch.setattr(f"gcmgraph.commands.{command}.run", _lacking, raising=True)
        assert cli.main([command]) == cli.UNAVAILABLE
        assert f"pip install 'gcmgraph[{extra}]'" in capsys.readouterr().err


def _lacking(_: object) -> int:
    raise ModuleNotFoundError("No module named 'x'", name="x")


def test_a_module_of_ours_that_is_missing_is_a_fault(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def misspelt(_: object) -> int:
        raise ModuleNotFoundError("No module named 'gcmgraph.x'", name="gcmgraph.x")

    monkeypatch.setattr("gcmgraph.commands.serve.run", misspelt)
    assert cli.main(["serve"]) == cli.INTERNAL
    assert "A fault of the program" in capsys.readouterr().err


@pytest.mark.slow
def test_the_wheel_serves_a_release_without_any_shacl_engine(tmp_path: Path) -> None:
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", tmp_path / "venv"], check=True)
    python = tmp_path / "venv" / "bin" / "python"
    pip = [python, "-m", "pip", "--disable-pip-version-check", "--quiet", "install"]
    lock = ROOT / "requirements-serve.lock"
    got = subprocess.run([*pip, "--require-hashes", "-r", lock], capture_output=True, check=False)
    if got.returncode:
        # A lock at fault is no reason to skip.
        assert b"connection broken" in got.stderr, got.stderr.decode()
        pytest.skip("no registry is within reach")
    subprocess.run([*pip, "--no-deps", wheel], check=True)
    engines = ("rdflib", "pyshacl", "shifty")
    lacking = f"import importlib.util as u; print([n for n in {engines} if u.find_spec(n)])"
    said = subprocess.run([python, "-c", lacking], check=True, capture_output=True, text=True)
    assert said.stdout.strip() == "[]"
    write_release(tmp_path / "release")
    command = [
        python.with_name("gcmgraph"),
        "serve",
        "--port",
        "0",
        "--release",
        tmp_path / "release",
    ]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    with (
        (tmp_path / "log").open("w+") as log,
        subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=log, text=True, cwd=tmp_path, env=environment
        ) as process,
    ):
        try:
            assert process.stdout is not None
            server = Server(process, log, process.stdout.readline().split()[1])
            with server.client as client:
                assert server.ask(COUNT).text.split()[1] == "29"
                page = client.get("/doc/tree/oak", headers={"Accept": "text/html"})
                assert "<h1>Old oak" in page.text
                assert client.get("/static/style.css").status_code == 200
        finally:
            process.terminate()
    checked = subprocess.run(
        [python.with_name("gcmgraph"), "check", "--project", ROOT / "tests" / "example"],
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
        check=False,
    )
    assert checked.returncode == cli.UNAVAILABLE
    assert "pip install 'gcmgraph[publish]'" in checked.stderr
    typed = tmp_path / "venv" / "lib"
    assert list(typed.rglob("gcmgraph/py.typed"))
