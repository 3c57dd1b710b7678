"""云上谷城, the app of 谷城县 (Xiangyang, Hubei), on 长江云."""

from promo_crawler.platforms.cjyun import CjyunPlatform


class Gucheng(CjyunPlatform):
    name = "gucheng"
    title = "云上谷城"
    region = "420625"
    hosts = ("wangshuo.cjyun.org",)
    start_urls = ("http://wangshuo.cjyun.org/",)
