"""What can be set about a server, once; each is also a variable of the environment."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from gcmgraph.engine.limits import Limits

_DEFAULTS = Limits()


class Settings(BaseSettings):
    """The settings of a server; ``GCMGRAPH_PORT=8080`` sets ``port``.

    ``public_url`` is the address under which clients reach the server, where a proxy stands
    between; otherwise each request's own is used. The others are explained in ``Limits``.
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
        )
