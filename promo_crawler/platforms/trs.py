"""TRS WCM (拓尔思), the CMS of most government and newspaper portals.

Facts that its portals share:

- Articles are static files in folders by month: `CHANNEL/202403/t20240305_552130.html` (`.htm`, `.shtml`).
  The date in the name is the day the page was made, mostly the day of publication; it is never a time.
- A channel is a folder; its list is `index.html`, the second page is `index_1.html`, the third `index_2.html`.
  The pager is written by script (`createPageHTML(21, 0, "index", "html")`: 21 pages, this is the first),
  so most lists hold no pager link at all.
- The body is what the editor component wrote: `div.TRS_Editor` (to about 2018), `div.trs_editor_view` (since),
  nested at times; around it each portal has its own template.
- Every link of the breadcrumb carries the class `CurrChnlCls`. Pictures and files are named `W020240305...`, `P02...`.
- List dates are often `MM-DD`; the year stands in the address of the article.
- Search is a server of its own (`/was5/web/search`).

No `article_urls`: other systems of the maker (公开目录, 集约化) serve parts of the same portals under other addresses.
"""

from cleaners import PageRules
from promo_crawler.platforms.xpath import has_class, outermost
from promo_crawler.portal_spider import PortalSpider

_BREADCRUMB = f"(//a[{has_class('CurrChnlCls')}])[1]/.."
# the footer may be a document of the editor, too: <div class="footer"><div class="TRS_Editor">主办：... 蒙ICP备
_NO_FOOTER = "[not(ancestor::*[contains(@class, 'foot') or contains(@id, 'foot')] or contains(., 'ICP备'))]"


def _written_in(css_class: str) -> str:
    return outermost(has_class(css_class)) + _NO_FOOTER


class TrsPlatform(PortalSpider):
    """What portals on TRS WCM share."""

    page_rules = (
        PageRules(layout="trs_editor_view", body=_written_in("trs_editor_view"), section=_BREADCRUMB),
        PageRules(layout="TRS_Editor", body=_written_in("TRS_Editor"), section=_BREADCRUMB),
    )
