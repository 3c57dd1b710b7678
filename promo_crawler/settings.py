"""Only what differs from Scrapy's defaults, each with its reason."""

import os
import socket

BOT_NAME = "promo_crawler"
SPIDER_MODULES = ["promo_crawler.spiders"]
NEWSPIDER_MODULE = "promo_crawler.spiders"
COMMANDS_MODULE = "promo_crawler.commands"

# --- ours -----------------------------------------------------------------------------------------------------------
DATA_DIR = "data"
"""Where everything goes: raw/ (WARC), corpus/, index.sqlite, frontier.sqlite, reports/."""
CONTACT = os.environ.get("PROMO_CONTACT") or f"{os.environ.get('USER', 'postmaster')}@{socket.gethostname()}"
"""Mail or web address of whoever runs the crawl, told to every portal in the user agent. Set it."""
SCRIPT = True
"""Whether Traditional text becomes Simplified; False keeps the page's own script."""
SCRIPT_CONFIG = "t2s"
"""The chain of opencc that does it: t2s, tw2s, tw2sp (also Taiwanese words), hk2s."""
WIDTH = True
"""Whether full-width letters and digits become ASCII."""
PUNCTUATION = True
"""Whether marks, quotes and dashes become those of Chinese print."""
PROGRESS_INTERVAL = 10.0
"""Seconds between two progress lines."""
WORKERS = max(2, len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1)
"""Processes that clean pages and look for links, beside the one that fetches, archives and stores; 1: none, that one
does all itself, and a page that takes long holds up all others."""

# --- polite: county portals run on small machines ---------------------------------------------------------------------
USER_AGENT = f"promo-crawler/0.1 (corpus of regional news; contact: {CONTACT})"
ROBOTSTXT_OBEY = True
ROBOTSTXT_USER_AGENT = "promo-crawler"
CONCURRENT_REQUESTS = 1
"""A spider is a portal. Scrapy 2.19 lets bursts of requests past CONCURRENT_REQUESTS_PER_DOMAIN where the delay is 0
(14 at once were measured), so the limit is the whole spider's."""
CONCURRENT_REQUESTS_PER_DOMAIN = 1
DOWNLOAD_DELAY = 0.5
"""Seconds, half to one and a half times that; with one request at a time, a slow portal sets the pace itself."""
AUTOTHROTTLE_ENABLED = True
"""A server that needs long for an answer gets as long a pause after it; DOWNLOAD_DELAY stays the least."""
AUTOTHROTTLE_START_DELAY = 0.0
AUTOTHROTTLE_MAX_DELAY = 60.0
BACKOFF_START = 1.0
"""Seconds to wait after an answer 429 or 503 without Retry-After; twice as long after each further one. 0: never."""
BACKOFF_MAX = 600.0
"""Seconds; a portal that asks for a longer wait is left alone until a later run."""
DOWNLOADER_MIDDLEWARES = {
    "promo_crawler.politeness.BackOff": 560,  # nearer to the network than RetryMiddleware
    "promo_crawler.plain_answers.PlainAnswers": 595,  # nearer to it than HttpCompressionMiddleware
    "scrapy.downloadermiddlewares.httpauth.HttpAuthMiddleware": None,  # nobody gets credentials
}
COOKIES_ENABLED = False
"""No portal needs a session to show its news, and a session is a way to be told apart."""
DEFAULT_REQUEST_HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "Accept-Language": "zh-CN,zh;q=0.9",
}

# --- quick: what costs and is not needed ------------------------------------------------------------------------------
CONCURRENT_ITEMS = 1
"""Scrapy begins so many tasks for each answer (100 if not told), and of ours each gives one item or request at most."""
SPIDER_MIDDLEWARES = {
    "scrapy.spidermiddlewares.depth.DepthMiddleware": None,  # the frontier knows the depth
    "scrapy.spidermiddlewares.referer.RefererMiddleware": None,  # and who linked to a page
}

# --- bounded ----------------------------------------------------------------------------------------------------------
DOWNLOAD_TIMEOUT = 60
DOWNLOAD_MAXSIZE = 10 * 1024 * 1024
DOWNLOAD_WARNSIZE = 0
DEPTH_LIMIT = 200
"""The longest list of a county portal seen so far has 39 pages; calendars and `?p=1&p=1` have no end."""

# --- nothing lost -----------------------------------------------------------------------------------------------------
HTTPERROR_ALLOW_ALL = True
"""The spider archives and counts every answer, also 304, 404 and what firewalls send."""
METAREFRESH_ENABLED = False
"""A meta refresh is a page like others; its target may be the portal's own home page after an error."""
ITEM_PIPELINES = {
    "promo_crawler.pipelines.CleanPipeline": 100,
    "promo_crawler.pipelines.DeduplicatePipeline": 200,
    "promo_crawler.pipelines.StorePipeline": 300,
}
EXTENSIONS = {
    "promo_crawler.halt.Halt": 40,
    "promo_crawler.corpus_thread.CorpusThread": 50,
    "promo_crawler.politeness.CrawlDelay": 100,
    "promo_crawler.report.RunReport": 900,
    "scrapy.extensions.logstats.LogStats": None,  # RunReport says more
}
FEED_EXPORT_ENCODING = "utf-8"

# --- closed doors -----------------------------------------------------------------------------------------------------
TELNETCONSOLE_ENABLED = False
REMOTE_CONTROL_ENABLED = False
"""This and the telnet console would let local users run code in the crawl."""
ALLOW_PRIVATE_ADDRESSES = False
"""Whether a link or redirect may lead to this machine or a private network, as in an intranet, or where a local proxy
gives every name an address of 198.18.0.0/15. Start pages that the user names may lie there anyhow."""
DOWNLOAD_HANDLERS = {
    "http": "promo_crawler.addresses.CheckedHandler",
    "https": "promo_crawler.addresses.CheckedHandler",
    # a page must not make the crawl read a file of this machine, or speak to any other kind of server
    **dict.fromkeys(("file", "ftp", "s3", "data")),
}
TWISTED_DNS_RESOLVER = "promo_crawler.addresses.CheckedResolver"
"""What a name resolves to is checked where the connection is made: a check before it could be answered otherwise."""

# --- quiet ------------------------------------------------------------------------------------------------------------
LOG_LEVEL = "INFO"
LOG_FORMAT = "%(asctime)s %(levelname)s %(message)s"
LOG_VERSIONS: list[str] = []
STATS_DUMP = False
"""The report of the run holds all statistics."""
RETRY_GIVE_UP_LOG_LEVEL = "INFO"
