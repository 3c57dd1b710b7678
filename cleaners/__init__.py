"""Raw page to article. Pure: no network, no files, no Scrapy."""

from cleaners.clean import clean_page, clean_text
from cleaners.schema import Article, DateOrigin, Image, NormalForm, PageRules, RawPage, Rejected, RejectReason

__all__ = [
    "Article",
    "DateOrigin",
    "Image",
    "NormalForm",
    "PageRules",
    "RawPage",
    "RejectReason",
    "Rejected",
    "clean_page",
    "clean_text",
]
