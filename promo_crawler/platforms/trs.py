"""TRS WCM (拓尔思), the CMS of most government and newspaper portals.

Facts that its portals share:

- Articles are static files in folders by month: `CHANNEL/202403/t20240305_552130.html` (`.htm`, `.shtml`).
  The date in the name is the day the page was made, mostly the day of publication; it is never a time.
- A channel is a folder; its list is `index.html`, the second page is `index_1.html`, the third `index_2.html`.
  The pager is written by script (`createPageHTML(21, 0, "index", "html")`: 21 pages, this is the first),
  so most lists hold no pager link at all.
- The body is what the editor component wrote: `div.TRS_Editor` (to about 2018), `div.trs_editor_view` (since),
  nested at times; around it each portal has its own template.
- Every link of the breadcrumb carries the class `CurrChnlCls`.
- List dates are often `MM-DD`; the year stands in the address of the article.
"""

from cleaners import PageRules
from promo_crawler.portal_spider import PortalSpider

_BREADCRUMB = "(//a[contains(concat(' ', normalize-space(@class), ' '), ' CurrChnlCls ')])[1]/.."


def _outermost(css_class: str) -> str:
    """XPath of the elements of a class that lie in no other element of that class."""
    has_class = f"contains(concat(' ', normalize-space(@class), ' '), ' {css_class} ')"
    return f"//*[{has_class}][not(ancestor::*[{has_class}])]"


class TrsPlatform(PortalSpider):
    """What portals on TRS WCM share."""

    article_urls = (r"/\d{6}/t\d{8}_\d+\.s?html?$",)
    page_rules = (
        PageRules(layout="trs_editor_view", body=_outermost("trs_editor_view"), section=_BREADCRUMB),
        PageRules(layout="TRS_Editor", body=_outermost("TRS_Editor"), section=_BREADCRUMB),
    )
