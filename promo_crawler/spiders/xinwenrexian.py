"""新闻热线网, a portal on DedeCMS. Its host is not known: `scrapy crawl xinwenrexian -a url=...`."""

from promo_crawler.platforms.dedecms import DedecmsPlatform


class Xinwenrexian(DedecmsPlatform):
    name = "xinwenrexian"
    title = "新闻热线网"
