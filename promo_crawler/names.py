"""File names from names that a page or a user gave."""

from urllib.parse import quote


def folder_name(portal: str | None) -> str:
    """A folder for a portal, which may be any host name: letters, digits and `._-` as they are, the rest escaped."""
    name = quote(portal or "unknown", safe="")
    return name if name.strip(".") else name.replace(".", "%2E")
