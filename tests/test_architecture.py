"""The walls of the house: imports run one way, without circles, and heavy libraries have rooms."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

SOURCE = Path(__file__).parents[1] / "src"
MODULES = {
    ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__"): path
    for path in SOURCE.rglob("*.py")
}

#: What each floor may import from the project besides itself.
MAY_IMPORT = {
    "cli": {"commands", "root"},
    "commands": {"publish", "engine", "serve", "rdf", "root"},
    "serve": {"engine", "rdf", "root"},
    "publish": {"rdf", "root"},
    "engine": {"rdf", "root"},
    "rdf": set(),
    "root": {"rdf"},
    "errors": set(),
}
#: The rooms of the server, from the lowest; each may import those below it.
ROOMS_OF_SERVE = (
    *("client", "addresses", "html", "http", "reader", "release", "resource", "views"),
    *("operations", "releases", "middleware", "routes", "app", "process"),
)
#: The rooms in which a heavy library may be imported.
ROOMS_OF = {
    "rdflib": {"publish"},
    "pyshacl": {"publish"},
    "shifty": {"publish"},
    "pyoxigraph": {"rdf", "publish", "engine"},
    "fastapi": {"serve"},
    "starlette": {"serve"},
    "jinja2": {"serve"},
    "pydantic_settings": {"root"},
    "prometheus_client": {"serve"},
    "uvicorn": {"serve"},
    "rich": {"commands"},
}


def floor(module: str) -> str:
    part = ([*module.split("."), ""])[1]
    return part if part in MAY_IMPORT else "cli" if part == "__main__" else "root"


def imports(module: str) -> set[str]:
    """Return the names of the modules that a module imports, at any place in it."""
    found = set()
    for node in ast.walk(ast.parse(MODULES[module].read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{module} has a relative import"
            name = str(node.module)
            found |= {
                f"{name}.{alias.name}" if f"{name}.{alias.name}" in MODULES else name
                for alias in node.names
            }
    return found


@pytest.mark.parametrize("module", sorted(MODULES))
def test_a_module_imports_only_what_its_floor_may(module: str):
    here = floor(module)
    for imported in imports(module):
        if imported in MODULES:
            assert floor(imported) in MAY_IMPORT[here] | {here, "errors"}, imported
        library = imported.split(".", maxsplit=1)[0]
        assert here in ROOMS_OF.get(library, {here}), f"{library} has no place in {here}"


def room(module: str) -> int | None:
    """Return how high a module of the server stands; ``None`` for others."""
    parts = module.split(".")
    if len(parts) < 3 or parts[1] != "serve":
        return None
    return ROOMS_OF_SERVE.index(parts[2])


def test_the_rooms_of_the_server_stand_on_each_other():
    higher = {
        (module, imported)
        for module in MODULES
        for imported in imports(module)
        if (here := room(module)) is not None
        and (there := room(imported)) is not None
        and there > here
    }
    assert higher == set()


def test_there_is_no_circle_of_imports():
    graph = {m: {i for i in imports(m) if i in MODULES and i != m} for m in MODULES}
    assert graph
    while free := {m for m, imported in graph.items() if not imported & graph.keys()}:
        graph = {m: imported for m, imported in graph.items() if m not in free}
    assert graph == {}


def test_every_wall_names_something_that_is_there():
    assert {floor(module) for module in MODULES} == set(MAY_IMPORT)
    imported = {i.split(".", maxsplit=1)[0] for m in MODULES for i in imports(m)}
    assert set(ROOMS_OF) <= imported
