"""Names and sentences for what can go wrong on the way to a page."""

from scrapy import exceptions

from promo_crawler.addresses import PrivateAddressError

_NAMES: tuple[tuple[type[BaseException], str], ...] = (
    (PrivateAddressError, "private_address"),
    (exceptions.CannotResolveHostError, "dns"),
    (exceptions.DownloadConnectionRefusedError, "refused"),
    (exceptions.DownloadTimeoutError, "timeout"),
    (exceptions.ResponseDataLossError, "broken_off"),
    (exceptions.DownloadCancelledError, "too_large"),
    (exceptions.UnsupportedURLSchemeError, "bad_scheme"),
    (exceptions.NotSupported, "bad_scheme"),
    (exceptions.DownloadFailedError, "connection"),
    (OSError, "connection"),
    (UnicodeError, "bad_header"),
)
# what Scrapy's middlewares say when they ignore a request or an answer, and nothing else tells
_IGNORED = (
    ("robots", "robots"),
    ("offsite", "offsite"),
    ("max redirections", "redirect_loop"),
    ("DOWNLOAD_MAXSIZE", "too_large"),
)
NOT_ASKED = frozenset({"robots", "offsite", "private_address", "bad_scheme"})
"""Failures that are our own decision: no server is to blame."""
SENTENCES = {
    "dns": "there is no such host, or no name server answers",
    "refused": "the connection was refused",
    "timeout": "the answer was not complete within DOWNLOAD_TIMEOUT",
    "connection": "the connection failed or was reset",
    "broken_off": "the answer broke off",
    "too_large": "the answer is larger than DOWNLOAD_MAXSIZE",
    "bad_header": "a header of the answer cannot be read",
    "redirect_loop": "it redirects without end",
    "bad_scheme": "it is not an http or https address",
    "private_address": "it belongs to this machine or a private network (ALLOW_PRIVATE_ADDRESSES)",
    "robots": "robots.txt forbids to ask for it",
    "offsite": "it leads to another portal",
}
"""What the names mean, for people."""


def name_failure(error: BaseException) -> str:
    """A short name: `dns`, `timeout`, `robots` ...; the class name in lower case for what is not listed."""
    for kind, name in _NAMES:
        if isinstance(error, kind):
            return name
    if isinstance(error, exceptions.IgnoreRequest):
        return next((name for words, name in _IGNORED if words in str(error)), "ignored")
    return type(error).__name__.lower()


def explain_failure(error: BaseException) -> str:
    """The same as a sentence."""
    name = name_failure(error)
    return SENTENCES.get(name) or f"it could not be fetched ({name})"
