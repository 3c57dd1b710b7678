"""资讯快照 (td.fyun.cc), snapshots of articles of other media.

The texts are whole, with kicker, headline and byline, between three lines of slogan and a disclaimer. 本文转自 names
the true source; 快照生成时间 is when the site copied the text, not when it was published.
Its template and addresses are not known: the general rules find articles, and `-a url=` says where to begin.
"""

from promo_crawler.portal_spider import PortalSpider


class Fyun(PortalSpider):
    name = "fyun"
    title = "资讯快照"
    hosts = ("td.fyun.cc",)
