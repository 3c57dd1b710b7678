"""enorth Webpublisher (北方网), under news portals of Tianjin, Jiangxi, Liaoning, Heilongjiang and elsewhere.

Facts that its portals share:

- Articles: `/system/2024/03/05/036460259.shtml`, nine digits that rise with time; the parts of a long one are
  `036460259_01.shtml`. The channel is not in the address, at times a folder before `/system/` is.
- A channel's page is `index.shtml` and shows the newest; older ones are pages that count down, the highest number
  being the newest: `/system/count//0088001/000000000000/000/000/c0088001000000000000_000000012.shtml`. How many there
  are is in a script (`count_page_list_0088001000000000000.js`: `var maxpage = 35;`).
- Template blocks are marked `<!--enorth cms block start [ name="..." ]-->`, pages `<!--enorth cms page [ ... ]-->` or
  `<page cms="enorth webpublisher" ...>` with the time when the template was filled, which is not that of publication.

Templates are the portal's own, so there are no page rules here. No `article_urls`: the general rules know these
addresses, and portals keep older articles under other ones.
"""

from promo_crawler.portal_spider import PortalSpider


class EnorthPlatform(PortalSpider):
    """What portals on Webpublisher share: the general rules know its addresses and pagers."""
