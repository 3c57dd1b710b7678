"""Section: the channels of the breadcrumb."""

import re
from collections.abc import Sequence

from cleaners.headline import SITE_RE, TITLE_SEPARATOR_RE
from cleaners.measures import bare

# 您所在的位置： · 当前位置:
_CRUMB_LABEL_RE = re.compile(
    r"^.{0,8}?(?:(?:所在|现在|当前|目前)的?(?:所在)?的?位置|当前栏目|您的位置|^位置)(?:是)?\s*[:：]?\s*"
)
# `首页 > 要闻 > 正文`, `首页 / 要闻`, `云岭网>>教育`
_CRUMB_SEPARATOR_RE = re.compile(r"\s*(?:[>＞»›→]+|&gt;|::|/|\\|-{1,2}|·|\|)\s*")
# where arrows part the channels, nothing else does: 聚焦SK-II > 正文
_ARROW_RE = re.compile(r"\s*-*(?:[>＞»›→]+|&gt;)\s*")
_NO_SECTION = frozenset(
    [
        "首页",
        "网站首页",
        "主页",
        "正文",
        "内容",
        "文章页",
        "详情",
        "当前位置",
        "文章正文",
        "新闻正文",
        "返回首页",
        "内容页",
        "信息内容",
        "文章内容",
    ]
)


def find_section(lines: Sequence[str], title: str | None, page_title: str = "") -> tuple[str, ...]:
    """Channels of the breadcrumb, outermost first, without 首页 and the headline; empty where there is none.

    The name of the site, which ends `page_title`, is no channel: `新闻热线网 > 互联网`.
    """
    site = bare(TITLE_SEPARATOR_RE.split(page_title)[-1])
    for text in lines:
        if len(text) > 160:
            continue
        label = _CRUMB_LABEL_RE.match(text)
        rest = text[label.end() :] if label else text
        if not label and not re.match(
            r"\s*\S{0,10}?首\s?页\s*[>＞»›→/]|\S{2,12}\s*[>＞»›]+\s*\S{2,12}\s*[>＞»›]", rest
        ):
            continue
        separator = _ARROW_RE if _ARROW_RE.search(rest) else _CRUMB_SEPARATOR_RE
        parts = separator.split(rest)
        if len(parts) > 8:
            continue
        if label and len(parts) == 1:
            parts = rest.split()
        parts = [re.split(r"\s{2,}|(?<=正文)\s", part.strip(" \u3000[]【】:：|"))[0] for part in parts]
        if len(parts) > 1 and site == bare(parts[0]) and SITE_RE.search(parts[0]):
            parts = parts[1:]
        key = bare(title or "")
        return tuple(
            p
            for p in parts
            if p and p not in _NO_SECTION and len(p) <= 16 and not (key and bare(p) and bare(p) in key and len(p) > 6)
        )
    return ()
