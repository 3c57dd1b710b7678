"""VSB (博达), under universities, schools and some counties and agencies.

Facts that its portals share:

- Articles: `/info/1016/1234.htm` (channel, article), or dynamic
  `content.jsp?urltype=news.NewsContentUrl&wbtreeid=1016&wbnewsid=1234`. Channels are named files: `xwzx/gsgg.htm`;
  further pages count down: `xwzx/gsgg/12.htm` comes after the first of 13.
- The body is an element whose id begins with `vsb_content` (`vsb_content_2`, `vsb_content_501`), in it
  `div.v_news_content`.
- Attachments are links to `/system/_content/download.jsp`; clicks are counted by `/system/resource/js/dynclicks.js`.

No `article_urls`: the general rules know these addresses.
"""

from cleaners import PageRules
from promo_crawler.platforms.xpath import outermost
from promo_crawler.portal_spider import PortalSpider


class VsbPlatform(PortalSpider):
    """What portals on VSB share."""

    page_rules = (PageRules(layout="vsb_content", body=outermost("starts-with(@id, 'vsb_content')")),)
