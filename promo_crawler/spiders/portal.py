"""A portal that is declared nowhere: `scrapy crawl portal -a url=http://www.example.gov.cn/`."""

from promo_crawler.portal_spider import PortalSpider


class Portal(PortalSpider):
    name = "portal"
    title = "未登记的门户"
