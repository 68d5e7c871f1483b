"""What is compressed comes back, and is the same each time."""

from __future__ import annotations

import gzip

import pytest
import zstandard

from gcmgraph.publish.write.compression import compress
from gcmgraph.rdf import formats

CONTENT = b"The Aa flows into the B\xc3\xa9.\n" * 100
READ = {
    formats.GZIP: gzip.decompress,
    formats.ZSTD: lambda data: zstandard.ZstdDecompressor().decompress(data),
}


@pytest.mark.parametrize("compression", formats.COMPRESSIONS, ids=lambda c: c.name)
def test_it_comes_back(compression: formats.Compression) -> None:
    small = compress(CONTENT, compression)
    assert len(small) < len(CONTENT)
    assert READ[compression](small) == CONTENT
    assert compress(CONTENT, compression) == small


def test_gzip_holds_no_time() -> None:
    assert compress(CONTENT, formats.GZIP)[4:8] == bytes(4)
