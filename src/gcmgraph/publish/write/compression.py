"""Files made smaller, always to the same bytes: no time and no file name go in."""

from __future__ import annotations

import gzip
from functools import cache
from typing import Final

import zstandard

from gcmgraph.rdf import formats

#: Higher levels take ten times as long for a few percent.
_GZIP_LEVEL: Final = 9
_ZSTD_LEVEL: Final = 9


def compress(content: bytes, compression: formats.Compression) -> bytes:
    """Return ``content`` compressed (RFC 1952, RFC 8878)."""
    if compression == formats.GZIP:
        return gzip.compress(content, _GZIP_LEVEL, mtime=0)
    return _zstd().compress(content)


@cache
def _zstd() -> zstandard.ZstdCompressor:
    # One for all files: making ready takes longer than most of them.
    return zstandard.ZstdCompressor(level=_ZSTD_LEVEL, write_checksum=True)
