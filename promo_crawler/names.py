"""File names from names that a page or a user gave."""

from hashlib import blake2b
from urllib.parse import quote

LONGEST = 200
"""Bytes; file systems take 255, and what is made of a name adds a time and a suffix."""


def folder_name(portal: str | None) -> str:
    """A folder for a portal, which may be any host name: letters, digits and `._-` as they are, the rest escaped.

    A very long name is cut, with a hash of the whole behind it.
    """
    name = quote(portal or "unknown", safe="")
    if len(name) > LONGEST:
        name = f"{name[: LONGEST - 17]}-{blake2b(name.encode(), digest_size=8).hexdigest()}"
    return name if name.strip(".") else name.replace(".", "%2E")
