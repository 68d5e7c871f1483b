"""The documentation names what there is."""

from __future__ import annotations

import re
from pathlib import Path

from pydantic import TypeAdapter

from gcmgraph.cli import _parser
from gcmgraph.errors import GcmGraphError
from gcmgraph.settings import Settings

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")


def test_every_command_stands_in_the_readme():
    commands = set(re.findall(r"^    ([a-z]+) ", _parser().format_help(), re.MULTILINE))
    assert commands == set(re.findall(r"^\| `gcmgraph ([a-z]+)` \|", README, re.MULTILINE))


def test_every_setting_stands_in_the_readme_with_its_default():
    rows = dict(re.findall(r"^\| `GCMGRAPH_([A-Z_]+)` \| `?([^`|]+?)`? \|", README, re.MULTILINE))
    fields = Settings.model_fields
    assert {name.lower() for name in rows} == set(fields)
    for name, said in rows.items():
        field = fields[name.lower()]
        if name == "WORKERS":
            assert said == "one per processor, at least 2"
        elif field.default:
            assert TypeAdapter(field.annotation).validate_python(said) == field.default, name
        else:
            assert said in {"none", "false"} or field.default is None, name


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
