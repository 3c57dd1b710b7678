"""Founder (方正): the news CMS (翔宇) and the digital papers (数字报) of many daily papers.

Facts that its portals share:

- Both name articles `2024-03/05/content_401862.htm` (`.html`, `.shtml`) and lists `node_187.htm`.
  In a paper the node is a printed page of one day, in a news portal it is a channel.
- A paper's start page leads by meta refresh to the first page of its latest issue, `html/2024-03/05/node_2.htm`;
  older issues are reached through a calendar only.
- The body stands between the comments `<!--enpcontent-->` and `<!--/enpcontent-->`; then `<!--enpproperty` follows with
  date, author, title, kicker (`introtitle`) and 副题 in elements that no browser shows.
- In papers the body also lies in an element `<founder-content>`, mostly within `#ozoom`.
- The date of a paper is the day of its issue: there is no time of day.

No `article_urls`: portals keep older articles, and those of other systems, under other addresses.
"""

from cleaners import PageRules
from promo_crawler.portal_spider import PortalSpider


class FounderPlatform(PortalSpider):
    """What portals and papers on Founder's systems share."""

    page_rules = (PageRules(layout="founder-content", body="//founder-content"),)
