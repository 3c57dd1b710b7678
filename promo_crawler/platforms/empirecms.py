"""EmpireCMS (帝国), under many county and company portals.

Facts that its portals share:

- Articles: `/CHANNEL/2012-10-14/1914.html` where nobody changed it; the folder is the day the page was made, up to a
  week after the day that the list and the page show.
- Lists: the folder of the channel is page 1, `index_2.html` is page 2 (unlike TRS, where page 2 is `index_1.html`).
  The pager says `页次：1/39 每页20 总数773`, links to the neighbours and the last page, and holds a `<select>`
  of all pages.
- Dynamic addresses: `/e/action/ListInfo/?classid=3&page=1`, `/e/action/ShowInfo.php?classid=3&id=1914`.
- Files of the system: `/e/search/`, `/e/data/`, `/e/public/`, `/e/member/`; uploads in `/d/file/`, styles in `/skin/`.
- GBK or UTF-8, as it was installed. Templates are the portal's own, so there are no page rules here.

No `article_urls`: each channel names its folders and files as its owner likes.
"""

from promo_crawler.portal_spider import PortalSpider


class EmpirecmsPlatform(PortalSpider):
    """What portals on EmpireCMS share: the general rules know its addresses."""
