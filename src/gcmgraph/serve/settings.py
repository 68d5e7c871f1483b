"""What can be set about a server, once; each is also a variable of the environment."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from gcmgraph.engine.limits import MIB, Limits

_DEFAULTS = Limits()


class Settings(BaseSettings):
    """The settings of a server; ``GCMGRAPH_PORT=8080`` sets ``port``.

    ``public_url`` is the address under which clients reach the server, where a proxy stands
    between; otherwise each request's own is used. ``request_time`` is how many seconds a client
    may take to send a query, ``cache_bytes`` how much memory answers may take that are kept.
    ``services`` are IRIs with spaces between them; ``trusted_proxies`` are addresses or
    networks, with commas between them, whose ``X-Forwarded-For`` is believed. ``connections`` is
    how many may be open at once, ``drain_time`` how many seconds running requests have when the
    server is told to stop. With ``log_queries``, the log has each query's text. The others are
    explained in ``Limits``.
    """

    model_config = SettingsConfigDict(env_prefix="GCMGRAPH_", frozen=True)

    release: Path = Path("releases/current")
    host: str = "127.0.0.1"
    port: int = Field(default=8000, ge=0, le=65535)
    public_url: str | None = None
    query_time: float = Field(default=_DEFAULTS.time, gt=0)
    query_memory: int = Field(default=_DEFAULTS.memory, gt=0)
    result_bytes: int = Field(default=_DEFAULTS.result_bytes, gt=0)
    query_bytes: int = Field(default=_DEFAULTS.query_bytes, gt=0)
    workers: int = Field(default=_DEFAULTS.workers, gt=0)
    queue: int = Field(default=_DEFAULTS.queue, ge=0)
    queue_wait: float = Field(default=_DEFAULTS.wait, gt=0)
    client_queries: int | None = Field(default=_DEFAULTS.client_queries, gt=0)
    client_queue: int = Field(default=_DEFAULTS.client_queue, ge=0)
    services: str = ""
    trusted_proxies: str = ""
    connections: int = Field(default=1000, gt=0)
    drain_time: float = Field(default=10.0, ge=0)
    log_queries: bool = False
    request_time: float = Field(default=30.0, gt=0)
    cache_bytes: int = Field(default=64 * MIB, ge=0)

    @property
    def limits(self) -> Limits:
        """The limits of a query."""
        return Limits(
            time=self.query_time,
            memory=self.query_memory,
            result_bytes=self.result_bytes,
            query_bytes=self.query_bytes,
            workers=self.workers,
            queue=self.queue,
            wait=self.queue_wait,
            client_queries=self.client_queries,
            client_queue=self.client_queue,
            services=frozenset(self.services.split()),
        )
