"""Between Scrapy's requests and responses and our records."""

from datetime import datetime

from scrapy import Request
from scrapy.http import Response

from cleaners import RawPage
from promo_crawler.archive import Exchange, Found
from promo_crawler.known_page import KnownPage


def read_exchange(response: Response, fetched_at: datetime) -> Exchange:
    """Request and response as the archive keeps them."""
    return Exchange(
        url=response.url,
        status=response.status,
        fetched_at=fetched_at,
        request_headers=_header_pairs(response.request) if response.request else (),
        response_headers=_header_pairs(response),
        body=response.body,
    )


def read_raw_page(response: Response, found: Found, fetched_at: datetime) -> RawPage:
    """The page of a response, with what its finder knew; equal to what `archive.read_page` gives later."""
    return RawPage(
        url=response.url,
        body=response.body,
        content_type=_header(response, "Content-Type"),
        fetched_at=fetched_at,
        portal=found.portal or None,
        listed_title=found.listed_title,
        listed_at=found.listed_at,
    )


def read_validators(response: Response) -> dict[str, str | None]:
    """What a later request can be made conditional with."""
    return {"etag": _header(response, "ETag"), "last_modified": _header(response, "Last-Modified")}


def conditional_headers(known: KnownPage) -> dict[str, str]:
    """Headers that let a server answer 304, where the page of before is still in the archive."""
    if known.location is None:
        return {}
    headers = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in headers.items() if value}


def _header(response: Response, name: str) -> str | None:
    values = response.headers.getlist(name)
    return values[0].decode("latin-1") if values else None


def _header_pairs(message: Request | Response) -> list[tuple[str, str]]:
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in message.headers.items()
        for value in values
    ]
