"""Epoint (国泰新点) EWebBuilder, under the public resource exchanges (公共资源交易中心) of counties and cities.

Facts that its portals share:

- Channels are folders of digits, three for each level: `/zxdt/032001/032001002/`. Articles lie in the folder of their
  day and are named by a UUID: `032001002/20240506/0a1b2c3d-1111-4222-8333-444455556664.html`.
- A list has the file of its template (`moreinfo.html`, `city_moreinfo.html`) as page 1; page 2 is `2.html` in the same
  folder. A script writes the pager from the number of records: `pagination({pageIndex: 0, pageSize: 15, total: 281})`.
- Elements have classes that begin with `ewb-` (`ewb-list-node`, `ewb-list-date`, `ewb-loc`); each portal has
  its own template. The script `webBuilderCommon.js` serves all.
- On home pages the day may stand in the link's own words: `[12-29] 关于...`. The year is in the address.

No page rules and no `article_urls`: the general rules know these pages, and notices of tenders have other addresses.
"""

from promo_crawler.portal_spider import PortalSpider


class EpointPlatform(PortalSpider):
    """What portals on Epoint's EWebBuilder share: the general rules know its addresses and pagers."""
