"""PowerEasy (动易) SiteFactory, under county and school portals; ASP.NET.

Facts that its portals share:

- Articles: `/Item/24067.aspx`, their further pages `/Item/24067_2.aspx`. Lists: `/Category_108/Index.aspx`, page 2 is
  `Index_2.aspx`. A sub-site has its folder before that. No address holds a date.
- The pager stands between `<!--{pe.begin.pagination}-->` and `<!--{pe.end.pagination}-->` in an element whose id begins
  with `pe100_page_`, in articles too (`pe100_page_contentpage`).
- The `@title` of a link in a list may be several lines: 标题, 点击数, 发表时间.
- Default templates keep the body in `#fontzoom`.
- The older ASP versions (SiteWeaver: `/Article/ArticleShow.asp?ArticleID=1`) share none of this.

No `article_urls`: names can be set by channel.
"""

from cleaners import PageRules
from promo_crawler.portal_spider import PortalSpider


class PowereasyPlatform(PortalSpider):
    """What portals on PowerEasy SiteFactory share."""

    page_rules = (
        PageRules(
            layout="powereasy fontzoom",
            body="//*[@id='fontzoom']",
            drop=("//*[starts-with(@id, 'pe100_page_')]",),
        ),
    )
