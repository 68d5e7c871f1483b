"""Where a project's four parts lie.

A project is a folder that holds ``ontology/``, ``shapes/``, ``data/`` and, once something was
built, ``releases/``. Which graph a file belongs to follows from where it stands:

=============================  ==================================================
``data/<source>.ttl``          ``…/graph/<source>``, beside ``data/sources/<source>/``
``data/curation.ttl``          ``…/graph/curation``
``data/reference/*.ttl``       ``…/graph/reference``
``ontology/schemes/*.ttl``     ``…/graph/reference``
``ontology/*.ttl``             ``…/graph/ontology``
``ontology/rules/*.rq``        what they derive: ``…/graph/inferred``
``shapes/*.ttl``               ``…/graph/shapes``
``data/catalog.ttl``           ``…/graph/catalog``
=============================  ==================================================
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from gcmgraph.errors import ProjectError, refuse

if TYPE_CHECKING:
    from pathlib import Path

#: Graphs that are no source's; a source cannot bear one of these names.
CURATION = "curation"
REFERENCE = "reference"
INFERRED = "inferred"
ONTOLOGY = "ontology"
SHAPES = "shapes"
REPORT = "report"
CATALOG = "catalog"

#: What sources, frames, tables and queries can be called.
NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

#: Words in which documents say what the graph says otherwise; no part of the graph.
WORDING = "data/wording.toml"


@dataclass(frozen=True, slots=True)
class Project:
    """The folders of one project.

    Raises:
        ProjectError: on opening, where a part is missing or empty, or a file cannot bear its name.

    """

    root: Path

    @classmethod
    def open(cls, root: Path) -> Project:
        """Open the project in ``root`` and make sure that its parts are there."""
        project = cls(root)
        for folder, pattern in (
            (project.ontology, "*.ttl"),
            (project.shapes, "*.ttl"),
            (project.data, "*.ttl"),
        ):
            if not any(folder.glob(pattern)):
                raise ProjectError(
                    f"{folder} holds no Turtle file; "
                    "point --project at a folder that holds ontology/, shapes/ and data/."
                )
        if not project.catalog_file.is_file():
            raise ProjectError(
                f"{project.catalog_file} is missing; it describes the dataset (dcat:Dataset with "
                "dct:title, dct:description, dct:license and void:uriSpace)."
            )
        refuse(
            ProjectError,
            (
                f"{path} cannot bear that name, which becomes a part of addresses; use lower-case "
                "letters and digits joined by hyphens."
                for folder, suffix in (
                    (project.frames, "jsonld"),
                    (project.tables, "rq"),
                    (project.queries, "rq"),
                    (project.rules, "rq"),
                )
                for path in sorted(folder.glob(f"*.{suffix}"))
                if not NAME.fullmatch(path.stem)
            ),
        )
        return project

    @property
    def ontology(self) -> Path:
        """The terms, concept schemes and rules."""
        return self.root / "ontology"

    @property
    def rules(self) -> Path:
        """SPARQL CONSTRUCT files."""
        return self.ontology / "rules"

    @property
    def shapes(self) -> Path:
        """SHACL shapes, one file per class."""
        return self.root / "shapes"

    @property
    def data(self) -> Path:
        """What the documents say, what curators concluded, and reference data."""
        return self.root / "data"

    @property
    def sources(self) -> Path:
        """A folder per source document: its text and its sidecar."""
        return self.data / "sources"

    @property
    def queries(self) -> Path:
        """Example queries, one per file."""
        return self.data / "queries"

    @property
    def frames(self) -> Path:
        """JSON-LD frames, one per class: which things a release tells nested, and what of them."""
        return self.data / "frames"

    @property
    def tables(self) -> Path:
        """SELECT queries, one per class, whose answers a release holds as tables."""
        return self.data / "tables"

    @property
    def catalog_file(self) -> Path:
        """The dataset's description, written by hand."""
        return self.data / "catalog.ttl"

    @property
    def wording_file(self) -> Path:
        """The words in which documents say what the graph says otherwise."""
        return self.root / WORDING

    @property
    def releases(self) -> Path:
        """Where builds put releases; ``current`` in it is a link to the newest."""
        return self.root / "releases"

    def source_names(self) -> list[str]:
        """Return the names of the source documents, sorted."""
        return sorted(p.parent.name for p in self.sources.glob("*/source.toml"))

    def rdf_files(self) -> dict[str, list[Path]]:
        """Return the Turtle files of each graph, by the graph's name, sorted.

        Raises:
            ProjectError: where ``data/`` holds a Turtle file that is neither a source's nor one
                of the named ones, or a source has no Turtle file.

        """
        files = {
            ONTOLOGY: sorted(self.ontology.glob("*.ttl")),
            REFERENCE: sorted(
                [*self.ontology.glob("schemes/*.ttl"), *self.data.glob("reference/*.ttl")]
            ),
            SHAPES: sorted(self.shapes.glob("*.ttl")),
        }
        reserved = {CURATION, CATALOG}
        names = set(self.source_names())
        for path in sorted(self.data.glob("*.ttl")):
            if path.stem not in names | reserved:
                raise ProjectError(
                    f"{path} belongs to no source; add {self.sources / path.stem}/source.toml "
                    "with its text, or rename the file."
                )
            files[path.stem] = [path]
        for name in names:
            if name not in files:
                raise ProjectError(
                    f"The source {name} has no statements; write them to {self.data / name}.ttl."
                )
        return files
