"""长江云 (Changjiang Cloud), the platform under the county media apps (云上谷城, 云上随县 ...) of Hubei.

Facts that its portals share:

- One host per county under `cjyun.org`, or the county's own; articles are `/p/NUMBER.html`, numbers rise with time.
- UTF-8 throughout. The info line is `©原创 2021-06-04 09:31 NAME`, where NAME is the app itself, the publisher;
  who wrote the text stands below the body: 通讯员, 来源, then 责任编辑 and 编审 on one line.
- Below that: 相关阅读, the comment box, and the login form of the platform (`div.loginDialog`), whose page
  template reaches the crawler unfilled, with its `{{isMobile ? ... }}`. Its script asks `app.cjyun.org`; pictures come
  from `img.cjyun.org/a/SITE/202006/`.

Not witnessed, because only texts of this platform were at hand: the class names around headline and body
and the addresses of channels. The layout below is that of our fixtures; where a real page has none of
these elements, the general rules read it.
"""

from cleaners import PageRules
from promo_crawler.portal_spider import PortalSpider


class CjyunPlatform(PortalSpider):
    """What the county apps of 长江云 share."""

    page_rules = (
        PageRules(
            layout="cjyun article-detail",
            body="//div[@class='article-detail']/div[@class='article-content']",
            title="//div[@class='article-detail']/h1[@class='article-title']",
            info="//div[@class='article-detail']/div[@class='article-info']",
            section="//div[@class='article-position']",
        ),
    )
