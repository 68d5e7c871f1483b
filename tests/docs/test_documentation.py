"""The documentation names what there is."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from typing import Protocol

import pytest

from gcmgraph.cli import COMMANDS
from gcmgraph.errors import GcmGraphError
from gcmgraph.serve.http.problems import KINDS
from gcmgraph.settings import Settings, table

ROOT = Path(__file__).parents[2]


class Reference(Protocol):
    def pages(self) -> dict[str, str]: ...


@pytest.fixture(scope="module")
def reference() -> Reference:
    """Load the script that makes the reference."""
    spec = importlib.util.spec_from_file_location("reference", ROOT / "docs" / "reference.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_is_what_the_code_says(reference: Reference) -> None:
    for name, text in reference.pages().items():
        written = (ROOT / "docs" / "reference" / name).read_text("utf-8")
        assert written == text, f"docs/reference/{name} is not current; run “make reference”."


def test_every_command_setting_and_problem_is_in_the_reference(reference: Reference) -> None:
    pages = reference.pages()
    for command in COMMANDS:
        assert f"## gcmgraph {command.__name__.rpartition('.')[2]}\n" in pages["commands.md"]
    for name in Settings.model_fields:
        assert f"| `GCMGRAPH_{name.upper()}` |" in pages["settings.md"]
    for kind in KINDS.values():
        assert f"| `{kind.type}` | {kind.status} |" in pages["errors.md"]


def test_every_setting_has_a_meaning_and_what_counts_has_a_unit() -> None:
    rows = {row.variable: row for row in table()}
    assert all(row.description and row.default for row in rows.values())
    assert {rows[f"GCMGRAPH_{name}"].unit for name in ("QUERY_TIME", "DRAIN_TIME")} == {"seconds"}
    assert rows["GCMGRAPH_QUERY_BYTES"].unit == "bytes"


def test_every_link_of_the_readme_and_the_guides_leads_somewhere() -> None:
    seen = 0
    for page in (*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")):
        if "_build" in page.parts:
            continue
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text("utf-8")):
            assert (page.parent / target).exists(), f"{page}: {target}"
            seen += 1
    assert seen > 40


def test_every_path_that_the_guides_name_is_there() -> None:
    for page in (ROOT / "CONTRIBUTING.md", ROOT / "docs" / "architecture.md"):
        text = page.read_text("utf-8")
        for path in set(
            re.findall(r"`((?:src/gcmgraph|publish|engine|serve|rdf)/[\w/]+(?:\.py)?)/?`", text)
        ):
            inside = path if path.startswith("src/") else f"src/gcmgraph/{path}"
            assert (ROOT / inside).exists(), f"{page.name}: {path}"


def test_every_decision_has_a_date_and_a_state_and_is_listed() -> None:
    records = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
    listed = (ROOT / "docs" / "decisions" / "index.md").read_text("utf-8")
    assert records
    for record in records:
        third = record.read_text("utf-8").splitlines()[2]
        assert re.match(r"\d+ \w+ 20\d\d, (accepted|superseded by \[\d{4}\])", third), record.name
        assert f"({record.name})" in listed


def test_every_folder_that_people_change_explains_itself():
    for folder in ("data", "ontology", "shapes"):
        text = (ROOT / folder / "README.md").read_text("utf-8")
        assert text.startswith(f"# {folder}/")


def test_every_error_has_its_sentence_and_its_exit_status():
    def below(error: type[GcmGraphError]) -> list[type[GcmGraphError]]:
        return [error, *(e for sub in error.__subclasses__() for e in below(sub))]

    families = GcmGraphError.__subclasses__()
    assert len({error.exit_status for error in families}) == len(families)
    import gcmgraph.errors

    drawn = set(re.findall(r"(\w+Error)", gcmgraph.errors.__doc__ or ""))
    assert {error.__name__ for error in below(GcmGraphError)} == drawn
