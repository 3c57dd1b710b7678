"""A gzip file as its members, one after the other: bounded in memory, and past what is damaged."""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

MAGIC = b"\x1f\x8b\x08"
MAX_MEMBER = 24 << 20
"""Bytes of a member that are unpacked at most; a page that a crawl may fetch, twice over (DOWNLOAD_MAXSIZE)."""
_CHUNK = 1 << 16


@dataclass(frozen=True, slots=True)
class Member:
    """One member: where it begins, and what it held."""

    offset: int
    data: bytes
    """Unpacked, the first MAX_MEMBER bytes."""
    is_sound: bool = True
    """False where it is damaged or cut off; `data` is empty then."""


def read_members(file: BinaryIO, offset: int = 0, starts_with: bytes = b"") -> Iterator[Member]:
    """Every member from `offset` on. After a damaged one comes the next that begins with `starts_with`; what lies
    between is one member that is not sound. One that is larger than MAX_MEMBER is cut there, without a look at its
    rest: a bomb costs no more than that."""
    while offset is not None:
        file.seek(offset)
        if not file.read(1):
            return
        data, end = _unpack(file, offset)
        if data is None or (end is None and len(data) < MAX_MEMBER):
            yield Member(offset, b"", False)
        else:
            yield Member(offset, data)
        following = end if end is not None else find_member(file, offset + 1, starts_with)
        if following is None:
            return
        offset = following


def find_torn_end(file: BinaryIO, starts_with: bytes = b"") -> int | None:
    """Offset of what a kill left of the last member; None where the last member is whole."""
    torn = None
    for member in read_members(file, 0, starts_with):
        torn = None if member.is_sound else member.offset
    return torn


def _unpack(file: BinaryIO, offset: int) -> tuple[bytes | None, int | None]:
    """Data of a member, None where it is damaged, and the offset after it, None where its end was not reached."""
    file.seek(offset)
    unpacker = zlib.decompressobj(wbits=31)
    pieces, size, position = [], 0, offset
    while chunk := file.read(_CHUNK):
        while chunk and not unpacker.eof:
            try:
                piece = unpacker.decompress(chunk, 1 << 20)
            except zlib.error:
                return None, None
            rest = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
            position += len(chunk) - len(rest)
            chunk = rest
            pieces.append(piece)
            size += len(piece)
            if size > MAX_MEMBER:
                return b"".join(pieces)[:MAX_MEMBER], None
        if unpacker.eof:
            return b"".join(pieces), position
    return b"", None  # cut off


def find_member(file: BinaryIO, offset: int, starts_with: bytes) -> int | None:
    """Where the next member begins that unpacks to `starts_with`, from `offset` on; None where there is none."""
    kept = b""
    file.seek(offset)
    while chunk := file.read(_CHUNK):
        kept, base = kept + chunk, offset - len(kept)
        at = kept.find(MAGIC)
        while at >= 0:
            if _begins(kept[at : at + 1024], starts_with):
                return base + at
            at = kept.find(MAGIC, at + 1)
        offset += len(chunk)
        kept = kept[-1024:]
    return None


def _begins(packed: bytes, starts_with: bytes) -> bool:
    try:
        return zlib.decompressobj(wbits=31).decompress(packed, max(1, len(starts_with))) == starts_with
    except zlib.error:
        return False
