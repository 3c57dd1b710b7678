"""EasySite (汇蓝), under ministries, provinces and cities (customs, food and drug agencies).

Facts that its portals share:

- Every page holds a hidden block of fields: `eprotalCurrentPageId` (so spelt), `eprotalCurrentSiteId`,
  `eprotalCurrentColumnId`, `eprotalCurrentArticleKey`. Files lie below `/eportal/fileDir/`, services below
  `/eportal/ui`.
- Channels and articles are folders of numbers: `/SITE/302249/302266/index.html`,
  `/SITE/302249/302266/4899931/index.html`.
- A pager is written by script from hidden fields; page 2 of a list is
  `/eportal/ui?pageId=...&currentPage=2&moduleId=...`.
- The body is `#easysiteText`; templates name headline and info line `easysite-news-title`, `easysite-news-describe`.
  The head has `PubDate` as a meta element.

No `article_urls`: articles and channels have the same form of address.
"""

from cleaners import PageRules
from promo_crawler.platforms.xpath import has_class
from promo_crawler.portal_spider import PortalSpider


class EasysitePlatform(PortalSpider):
    """What portals on EasySite share."""

    page_rules = (
        PageRules(
            layout="easysiteText",
            body="//*[@id='easysiteText']",
            title=f"//*[{has_class('easysite-news-title')}]/*[self::h1 or self::h2]",
            info=f"//*[{has_class('easysite-news-describe')}]",
        ),
    )
