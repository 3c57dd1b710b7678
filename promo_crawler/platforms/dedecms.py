"""DedeCMS (织梦), under thousands of small portals; most keep its default templates.

Facts that its portals share:

- Articles: `/a/CHANNEL/2024/0617/12345.html` (the folder `/a` and the channel's name are set by the portal),
  or dynamic `/plus/view.php?aid=12345`. The parts of a long article are `12345_2.html`, `12345_3.html`.
- Lists: the folder of the channel, then `list_CHANNEL_PAGE.html` (`list_1_2.html`: page 2), or `/plus/list.php?tid=1`.
  The pager (`ul.pagelist` in `div.dede_pages`) holds links to the neighbours, to the last page, and a `<select>`.
- GBK or UTF-8, as it was installed; the page says which.
- In `div.viewbox`: `div.title` with the headline, `div.info` with 时间, 来源, 作者, 点击 (labels stay when values
  are missing), `div.intro` with a summary that is the cut beginning of the body, `div.content` with the body
  and `(责任编辑：...)` as its last words. The breadcrumb is `div.place`.
- Below: 顶 and 踩, a dashed 分隔线, the neighbours, the comment form; at the right the publisher's profile
  (发布者资料) with times of registration and last login, which are not times of the article.
- Files of the system: `/plus/*.php`, `/templets/`, `/include/dedeajax2.js`, `/data/sitemap.html`; uploads in
  `/uploads/`.

No `article_urls`: each channel names its articles as its owner likes (`/news/12345.html`, `/20240617/12345.html`).
"""

from cleaners import PageRules
from promo_crawler.platforms.xpath import has_class
from promo_crawler.portal_spider import PortalSpider

_VIEWBOX = f"//div[{has_class('viewbox')}]"


class DedecmsPlatform(PortalSpider):
    """What portals on the default templates of DedeCMS share."""

    page_rules = (
        PageRules(
            layout="dedecms default",
            body=f"{_VIEWBOX}/div[@class='content']",
            title=f"{_VIEWBOX}/div[@class='title']/*[self::h1 or self::h2]",
            info=f"{_VIEWBOX}/div[@class='info']",
            section="//div[@class='place']",
        ),
    )
