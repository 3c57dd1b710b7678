"""Any county app of 长江云: `scrapy crawl cjyun -a url=http://suixian.cjyun.org/`."""

from promo_crawler.platforms.cjyun import CjyunPlatform


class Cjyun(CjyunPlatform):
    name = "cjyun"
    title = "长江云县级平台"
