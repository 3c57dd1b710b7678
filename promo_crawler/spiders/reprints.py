"""A small aggregator of reprints, like the one that carried the 随县 article. `scrapy crawl reprints -a url=...`.

Kicker above the headline, `(相关资料图)` where a picture was, the byline in brackets at the end, then 上一篇,
下一篇 and the first lines of nine other articles. Host and template are not known: the general rules read it.
"""

from promo_crawler.portal_spider import PortalSpider


class Reprints(PortalSpider):
    name = "reprints"
    title = "转载聚合站"
