"""Pages that somebody saved as files."""

import gzip
import json
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any

import lxml.html

from cleaners import RawPage, Rejected
from cleaners.charset import decode_page
from promo_crawler.archive import ArchivedPage, Found

PAGE_SUFFIXES = tuple(name + gz for name in (".html", ".htm", ".shtml", ".xhtml") for gz in ("", ".gz"))
MAX_FILE_BYTES = 64 * 1024 * 1024
"""A file that is larger, also after unpacking, is not read."""


class SavedPageError(Exception):
    """A file that cannot be read; the message is one sentence."""


def read_saved_page(path: Path) -> ArchivedPage:
    """A page from a file, `.gz` unpacked.

    What is known of it stands in `<name>.json` beside it, as in `fixtures/` (`{"kind": ..., "page": {"url": ...}}`);
    without that, its address is what the page calls its own (`<link rel="canonical">`), or else that of the file.
    Raises SavedPageError.
    """
    body = read_bytes(path)
    facts = _read_facts(path)
    page: dict[str, str | None] = facts.get("page", {})
    found = Found(page.get("portal") or "", kind="list" if facts.get("kind") == "list" else "")
    try:
        fetched_at, listed_at = _time(page.get("fetched_at")), _time(page.get("listed_at"))
    except ValueError as error:
        raise SavedPageError(f"{path}: {error}") from None
    raw = RawPage(
        url=page.get("url") or _find_own_url(body) or path.resolve().as_uri(),
        body=body,
        content_type=page.get("content_type"),
        fetched_at=fetched_at,
        portal=page.get("portal"),
        listed_title=page.get("listed_title"),
        listed_at=listed_at,
    )
    return ArchivedPage(raw, found, 200)


def read_bytes(path: Path) -> bytes:
    """The bytes of a file, unpacked where its name ends in `.gz`. Raises SavedPageError."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            body = file.read(MAX_FILE_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise SavedPageError(f"{path}: {error}") from None
    if len(body) > MAX_FILE_BYTES:
        raise SavedPageError(f"{path}: larger than {MAX_FILE_BYTES >> 20} MB")
    return body


def _read_facts(path: Path) -> dict[str, Any]:
    name = path.name.removesuffix(".gz")
    sidecar = path.with_name(name[: name.rindex(".")] + ".json")
    try:
        facts = json.loads(sidecar.read_text("utf-8")) if sidecar.exists() else {}
    except (OSError, ValueError) as error:
        raise SavedPageError(f"{sidecar}: {error}") from None
    if not isinstance(facts, dict):
        return {}
    page = facts.get("page", {})
    if not isinstance(page, dict) or not all(value is None or isinstance(value, str) for value in page.values()):
        raise SavedPageError(f'{sidecar}: "page" holds no facts of a page')
    return facts


def _find_own_url(body: bytes) -> str | None:
    try:
        head = decode_page(body[:65536])[0]
        tree = lxml.html.fromstring(head)
    except (Rejected, ValueError, lxml.etree.LxmlError):
        return None
    found = tree.xpath("//link[@rel='canonical']/@href | //meta[@property='og:url']/@content")
    for href in map(str, found if isinstance(found, list) else ()):
        if href.startswith(("http://", "https://")):
            return href
    return None


def _time(value: str | None) -> datetime | None:
    return datetime.fromisoformat(value) if value else None
