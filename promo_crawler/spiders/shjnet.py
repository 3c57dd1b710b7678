"""松花江网, the news portal of 吉林市 (江城日报社), on TRS WCM."""

from cleaners import PageRules
from promo_crawler.platforms.trs import TrsPlatform


class Shjnet(TrsPlatform):
    name = "shjnet"
    title = "松花江网"
    region = "220200"
    hosts = ("www.shjnet.cn",)
    start_urls = ("http://www.shjnet.cn/",)
    # 关于我们, 联系我们 and 法律声明 have article addresses below /bql/
    article_urls = (r"^https?://[^/]+/(?!bql/).*/\d{6}/t\d{8}_\d+\.s?html?$",)
    page_rules = (
        PageRules(
            layout="shjnet 2022",
            body="//div[@id='essay']",
            title="//div[@id='hght']/h2",
            info="//div[@id='hght']/h2/following-sibling::div[1]/span",
            section="//div[@id='szwei']",
        ),
        *TrsPlatform.page_rules,
    )
