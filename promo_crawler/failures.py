"""Names for what can go wrong on the way to a page, as reports count them."""

from scrapy import exceptions

_NAMES: tuple[tuple[type[BaseException], str], ...] = (
    (exceptions.CannotResolveHostError, "dns"),
    (exceptions.DownloadConnectionRefusedError, "refused"),
    (exceptions.DownloadTimeoutError, "timeout"),
    (exceptions.ResponseDataLossError, "broken_off"),
    (exceptions.DownloadCancelledError, "too_large"),
    (exceptions.UnsupportedURLSchemeError, "bad_scheme"),
    (exceptions.DownloadFailedError, "connection"),
    (OSError, "connection"),
)


def name_failure(error: BaseException) -> str:
    """A short name: `dns`, `timeout`, `robots` ...; the class name in lower case for what is not listed."""
    if isinstance(error, exceptions.IgnoreRequest):
        return "robots" if "robots" in str(error) else "offsite" if "offsite" in str(error) else "ignored"
    for kind, name in _NAMES:
        if isinstance(error, kind):
            return name
    return type(error).__name__.lower()
