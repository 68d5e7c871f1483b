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
    top = "src/gcmgraph|publish|engine|serve|rdf|data|ontology|shapes|tests|docs|benchmarks"
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    # What was decided is not rewritten where it is superseded.
    pages += [
        p
        for p in (ROOT / "docs/decisions").glob("0*.md")
        if ", superseded by [" not in p.read_text()
    ]
    seen = set()
    for page in pages:
        for path in re.findall(rf"(?<![\w./-])((?:{top})/[\w./-]*\w)", page.read_text("utf-8")):
            places = [ROOT / part / path for part in ("", "src/gcmgraph", "tests/example")]
            made = path.startswith("docs/_build")
            assert made or any(place.exists() for place in places), f"{page.name}: {path}"
            seen.add(path)
    assert {"data/queries/words-behind-a-statement.rq", "tests/example"} <= seen


def test_the_curators_guide_has_the_sentences_that_check_says() -> None:
    said = "".join(
        re.sub(r'"\s+f?"', "", path.read_text("utf-8"))
        for path in (ROOT / "src/gcmgraph/publish/judge").glob("*.py")
    )
    guide = (ROOT / "docs/curators.md").read_text("utf-8")
    rows = re.findall(r"^\| `(… .+?)` \| \w", guide, re.MULTILINE)
    assert len(rows) == 5
    found = 0
    for row in rows:
        for words in map(str.strip, re.split(r"\S*[^a-z\s]\S*", row)):
            if " " in words:
                assert words in said, f"docs/curators.md: “{words}” is said by no check"
                found += 1
    assert found >= len(rows) - 1


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
