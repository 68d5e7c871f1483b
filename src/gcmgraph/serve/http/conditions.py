"""Conditions of a request: whether the client has the representation already (RFC 9110 §13)."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from starlette.requests import Request

#: A condition's date longer than this is none (RFC 9110 §5.6.7).
_LONGEST_DATE: Final = 40


def names_tag(request: Request, etag: str) -> bool:
    """Say whether the request has this very representation, whatever there is (§13.1.2)."""
    tags = request.headers.get("if-none-match", "").split(",")
    return _is_read(request) and etag in {tag.strip().removeprefix("W/") for tag in tags}


def is_known(request: Request, etag: str, modified: datetime) -> bool:
    """Say whether 304 answers a request for what is there, and was changed then (§13.2.2)."""
    if "if-none-match" in request.headers:
        asked = request.headers["if-none-match"].strip()
        return _is_read(request) and (asked == "*" or names_tag(request, etag))
    since = _date(request.headers.get("if-modified-since", ""))
    return _is_read(request) and since is not None and modified <= since


def _is_read(request: Request) -> bool:
    return request.method in ("GET", "HEAD")


def _date(text: str) -> datetime | None:
    """Read the date of a condition; what is none says nothing (§13.1.3)."""
    try:
        return parsedate_to_datetime(text[:_LONGEST_DATE]).replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
