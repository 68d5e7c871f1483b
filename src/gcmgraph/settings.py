"""What can be set, once: the limits of a query, and what else there is to say about a server.

``GCMGRAPH_PORT=8080`` in the environment sets ``port``. Each field tells what it means and its
unit; the documentation's table, the errors of limits and the members of problems are made of that.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any, Final, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

KIB: Final = 1024
MIB: Final = 1024 * KIB
GIB: Final = 1024 * MIB

_PREFIX: Final = "GCMGRAPH_"

#: An origin (RFC 6454 §6.1), with or without the slash of the root.
_ORIGIN: Final = re.compile(
    r"https?://[\w.-]+(?::[0-9]+)?/?|https?://\[[0-9a-f:.]+\](?::[0-9]+)?/?",
    re.ASCII | re.IGNORECASE,
)


def _setting(description: str, unit: str = "", words: str = "", **field: Any) -> Any:
    """Return a field; ``words`` say its default where the value does not."""
    extra: Any = {"unit": unit, "words": words}
    return Field(description=description, json_schema_extra=extra, **field)


class Limits(BaseModel):
    """What a query may use before it is stopped; a limit that is hit is an error, never a cut."""

    model_config = ConfigDict(frozen=True)

    query_time: float = _setting(
        "evaluation of a query, writing its answer included and waiting excluded",
        "seconds",
        default=30.0,
        gt=0,
    )
    query_memory: int = _setting(
        "memory that a query may need beyond the loaded graph", "bytes", default=GIB, gt=0
    )
    result_bytes: int = _setting("size of an answer as written", "bytes", default=256 * MIB, gt=0)
    query_bytes: int = _setting("length of a query's text in UTF-8", "bytes", default=MIB, gt=0)
    workers: int = _setting(
        "queries that run at once; one more worker tries those that wait, for half a second each",
        "queries",
        "one per processor, at least 2",
        default_factory=lambda: max(2, os.cpu_count() or 2),
        gt=0,
    )
    queue: int = _setting("queries that may wait for a worker", "queries", default=64, ge=0)
    queue_wait: float = _setting(
        "time that a query may wait for a worker", "seconds", default=30.0, gt=0
    )
    client_queries: int | None = _setting(
        "queries of one client that run at once",
        "queries",
        "one less than the workers, at least 1",
        default=None,
        gt=0,
    )
    client_queue: int = _setting("queries of one client that may wait", "queries", default=16, ge=0)
    services: Annotated[frozenset[str], NoDecode] = _setting(
        "addresses that a query may call with `SERVICE`, with spaces between them",
        words="none",
        default=frozenset(),
    )

    @field_validator("services", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        return value.split() if isinstance(value, str) else value

    @property
    def queries_per_client(self) -> int:
        """Return ``client_queries``, which leaves one worker to others where it is not set."""
        return self.client_queries or max(1, self.workers - 1)

    def members(self, field: str) -> dict[str, object]:
        """Return what a problem tells of a limit: ``limit`` (its value), ``unit``, ``setting``."""
        return {"limit": getattr(self, field), "unit": _unit(field), "setting": _variable(field)}


class Settings(Limits, BaseSettings):
    """The settings of a server, its limits among them."""

    model_config = SettingsConfigDict(env_prefix=_PREFIX, env_ignore_empty=True, frozen=True)

    release: Path = _setting("folder of the release to serve", default=Path("releases/current"))
    host: str = _setting("address to listen on", default="127.0.0.1")
    port: int = _setting("port to listen on; 0 is any that is free", default=8000, ge=0, le=65535)
    public_url: str | None = _setting(
        "address at which clients reach the server, where a proxy stands between: scheme, host and "
        "port",
        words="that of each request",
        default=None,
    )
    request_time: float = _setting(
        "time that a client may take to send a request, or to take nothing of its answer",
        "seconds",
        default=30.0,
        gt=0,
    )
    connections: int = _setting(
        "connections that may be open at once", "connections", default=1000, gt=0
    )
    trusted_proxies: str = _setting(
        "addresses or networks of proxies whose `X-Forwarded-For` is believed, with commas "
        "between them",
        words="none",
        default="",
    )
    cache_bytes: int = _setting(
        "memory for answers and documents that are kept, in each open release",
        "bytes",
        default=64 * MIB,
        ge=0,
    )
    drain_time: float = _setting(
        "time that running requests have when the server is told to stop",
        "seconds",
        default=10.0,
        ge=0,
    )
    releases_open: int = _setting(
        "releases that are open at once, so that citations outlive the next",
        "releases",
        default=3,
        ge=1,
    )
    metrics_port: int | None = _setting(
        "port for `/metrics` alone",
        words="the public port",
        default=None,
        ge=0,
        le=65535,
    )
    control: Path | None = _setting(
        "file of the socket at which the server takes `reload` and `status`",
        words="in the runtime folder of the user",
        default=None,
    )
    log_format: Literal["auto", "text", "json"] = _setting(
        "form of the log; `auto` is text on a terminal and JSON elsewhere", default="auto"
    )
    log_queries: bool = _setting("whether the log has each query's text", default=False)

    @field_validator("public_url")
    @classmethod
    def _origin(cls, value: str | None) -> str | None:
        """Refuse what is no origin: all links begin at the root of the server."""
        if value is None:
            return None
        if not _ORIGIN.fullmatch(value):
            raise ValueError(
                "it is a scheme, a host and perhaps a port, such as https://data.example.org; a "
                "server has a host of its own, and no path below one"
            )
        return value.rstrip("/")


class Row(NamedTuple):
    """A setting as the documentation tells of it; ``unit`` is empty where it counts nothing."""

    variable: str
    default: str
    unit: str
    description: str


def table() -> list[Row]:
    """Return all settings: variable of the environment, default in words, unit, description."""
    return [
        Row(_variable(name), _default(name), _unit(name), str(field.description))
        for name, field in Settings.model_fields.items()
    ]


def _variable(field: str) -> str:
    return _PREFIX + field.upper()


def _unit(field: str) -> str:
    return _extra(field)["unit"]


def _default(field: str) -> str:
    value = Settings.model_fields[field].default
    if words := _extra(field)["words"]:
        return words
    if _unit(field) == "bytes":
        return f"{value} ({size(value)})"
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:g}" if isinstance(value, float) else str(value)


def _extra(field: str) -> dict[str, str]:
    extra: Any = Settings.model_fields[field].json_schema_extra
    found: dict[str, str] = extra
    return found


def size(count: int) -> str:
    """Say a number of bytes in words."""
    unit, name = next(((u, n) for u, n in ((GIB, "GiB"), (MIB, "MiB")) if count >= u), (KIB, "KiB"))
    return f"{count / unit:g} {name}"
