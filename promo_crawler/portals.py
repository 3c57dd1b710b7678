"""The declared portals, as Scrapy finds them in `spiders/`."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings
from scrapy.spiderloader import get_spider_loader

from promo_crawler.portal_spider import PortalSpider


def load_portals(settings: BaseSettings) -> dict[str, type[PortalSpider]]:
    """Every portal class by its name."""
    loader = get_spider_loader(settings)
    return {name: loader.load(name) for name in loader.list()}  # type: ignore[misc]


def find_portal(portals: Mapping[str, type[PortalSpider]], url: str) -> type[PortalSpider] | None:
    """The portal that declares the host of an address."""
    host = urlsplit(url).netloc.lower()
    return next((portal for portal in portals.values() if host in portal.hosts), None)
