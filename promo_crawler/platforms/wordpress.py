"""WordPress, under small aggregators and trade portals.

Facts that its portals share:

- Addresses are the owner's choice: `/?p=123`, `/archives/123`, `/2024/03/05/words/`, `/123.html`. Lists are
  `/category/x/`, page 2 is `/category/x/page/2/`.
- `/feed/` is an RSS feed of the newest ten, each channel has one too; `/wp-sitemap.xml` names everything (since 5.5).
- Most themes keep the parts under the names that the default themes gave them: `entry-title`, `entry-content`. Lists
  show several articles with the same names, and plugins put 赞, 赏, 分享 and related posts inside: the general rules,
  which know the names and trim such lines, read it better than page rules would.

No `article_urls`: there is no common form.
"""

from promo_crawler.portal_spider import PortalSpider


class WordpressPlatform(PortalSpider):
    """What portals on WordPress share: the general rules know its addresses and its names."""
