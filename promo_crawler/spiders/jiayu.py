"""嘉鱼县人民政府门户网站 (Xianning, Hubei), on EmpireCMS, gb2312."""

from cleaners import PageRules
from promo_crawler.platforms.empirecms import EmpirecmsPlatform


class Jiayu(EmpirecmsPlatform):
    name = "jiayu"
    title = "嘉鱼县人民政府门户网站"
    region = "421221"
    hosts = ("www.jiayu.gov.cn",)
    start_urls = ("http://www.jiayu.gov.cn/",)
    article_urls = (r"/\d{4}-\d{2}-\d{2}/\d+\.html$",)
    expected_articles = (1750, 1850)
    page_rules = (
        PageRules(
            layout="jiayu 2011",
            body="//*[@id='p_content']",
            title="//*[@id='p_title']",
            info="//*[@id='p_publishtime']/..",
            published="//*[@id='p_publishtime']",
            section="//*[@id='p_navigator']",
        ),
    )
