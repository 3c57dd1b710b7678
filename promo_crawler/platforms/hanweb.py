"""Hanweb (大汉, jcms), under the government portals of Jiangsu, Shandong, Zhejiang and elsewhere.

Facts that its portals share:

- Articles: `/art/2024/3/5/art_12345_678901.html`: day without leading zeros, channel, article. Channels:
  `/col/col12345/index.html`.
- A list page embeds its first records as XML in a script (`<datastore><record><![CDATA[<li>...`) and fetches the others
  from `/module/web/jpage/dataproxy.jsp?page=2&columnid=...`, or by `startrecord` and `endrecord`; the answer tells
  `totalrecord` and `totalpage`. Old installations have `/jcms/jcms_files/jcms1/web1/site/` before that.
- Most templates keep the body in `#zoom`, between `<!--ZJEG_RSS.content.begin-->` and `<!--ZJEG_RSS.content.end-->`,
  with an empty `<meta name="ContentStart">` inside; 来源 and others between `<!--<$[信息来源]>begin-->` and `end-->`.
- The head has `ArticleTitle`, `PubDate`, `ContentSource`, `Maketime` as meta elements.

No `article_urls`: the same portals serve 公开目录 and 互动 under other addresses.
"""

from cleaners import PageRules
from promo_crawler.portal_spider import PortalSpider


class HanwebPlatform(PortalSpider):
    """What portals on Hanweb's jcms share."""

    page_rules = (PageRules(layout="hanweb zoom", body="//div[@id='zoom']"),)
