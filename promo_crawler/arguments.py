"""Spider arguments, which arrive as text: read, or refused in one sentence."""

from datetime import date
from urllib.parse import urlsplit


class ArgumentError(ValueError):
    """A spider argument that makes no sense; the message is one sentence."""


def parse_start_url(text: str) -> str:
    url = text.strip()
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  raises for what is no port
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ArgumentError(f"url={text}: not an address that begins with http:// or https://")
    if parts.username is not None or parts.password is not None:
        raise ArgumentError("url: an address with a name and a password in it would be written into the archive")
    return url


def sister_hosts(url: str) -> tuple[str, ...]:
    """The host of a page, with and without `www.`: portals use both without telling."""
    host = urlsplit(url).netloc.lower().rpartition("@")[2]
    if not any(letter.isalpha() for letter in host):
        return (host,)  # an IP address
    return (host, host.removeprefix("www.") if host.startswith("www.") else f"www.{host}")


def parse_day(text: str) -> date:
    """A day from a spider argument. Raises ArgumentError."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentError(f"since={text}: not a day like 2024-03-01") from None


def parse_count(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise ArgumentError(f"max_pages={text}: not a number of pages like 100")
    return int(text)


def parse_switch(name: str, text: str) -> bool:
    if text.lower() not in {"", "0", "1", "true", "false", "yes", "no"}:
        raise ArgumentError(f"{name}={text}: say 1 or 0")
    return text.lower() in {"1", "true", "yes"}
