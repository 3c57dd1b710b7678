"""Whole lines that belong to the page and not to the article, dropped at the head and the tail of the body."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from cleaners.dates import find_moments
from cleaners.people import parse_byline, parse_labels
from cleaners.tree import Line

_BARE_RE = re.compile(r"[\W_]+")
# what makes a line prose: a mark inside or at the end of a sentence
_SENTENCE_RE = re.compile(r"[，。！？；、…,;!?]|[一-龥]：")
# footers: 冀ICP备…, 冀公网安备…, 版权所有, 主办单位：…, 网站标识码, Copyright
_FOOTER_RE = re.compile(
    r"ICP[备证]|公网安备|版权所有|copyright|all rights reserved|许可证|网站标识码|违法和不良信息|(?:主办|承办|建设|技术支持)(?:单位)?[:：]"
    r"|举报电话|联系地址[:：]|国内统一刊号",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Dropped:
    """A line that was dropped, and the rule that did it."""

    line: Line
    rule: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of line. `sample` is one that forced the rule."""

    name: str
    pattern: re.Pattern[str]
    longest: int = 80


def _rule(name: str, pattern: str, longest: int = 80) -> Rule:
    return Rule(name, re.compile(pattern, re.IGNORECASE), longest)


# page furniture wherever it stands between the first and the last line
ANYWHERE = (
    _rule("template", r"\{\{.*\}\}", 200),  # {{isMobile ? "账号密码登录" : "短信登录"}}
    _rule("template", r"^\s*(?:var |function\s?\w*\(|\$\(|document\.|window\.)", 400),
    _rule("stock photo", r"^[（(\[【]?(?:相关)?(?:资料|资料配)图(?:片)?[）)\]】]?$"),  # (相关资料图)
    _rule("share", r"^[（(\[【]?(?:分享(?:到|至|让更多人看到|按钮)?|一键分享|转发到)[)）\]】:：|\s]{0,3}(?:微信|微博|QQ|空间|朋友圈|好友|[\s·|:：、和])*$"),
    _rule("share", r"^(?:用|打开)?(?:微信|手机)?“?扫一扫|^扫(?:描|码)(?:上方|下方|左侧|右侧)?二?维?码?|扫码阅读手机版|^用微信扫[描码]二维码", 60),
    _rule("share", r"^(?:分享至好友和朋友圈|官方微信平台|微信扫码|点击右上角.{0,20}分享.*|复制链接|链接已复制|复制地址)$"),
    _rule("font size", r"^[【\[（(]?字[体号](?:大小)?[】\])）:：\s]*(?:[\[【（(]?\s*[大中小特AT＋+－-]{1,3}\s*[】\])）|]?\s*){0,6}$|^[大中小][\s|·]{1,3}[中大小](?:[\s|·]{1,3}[小大])?$|^(?:小字号|大字号|T\s*\+?\s*-?)$"),
    _rule("print", r"^(?:[【\[（(\s|]*(?:打印(?:本页|文章|此文|此页)?|关闭(?:窗口|本页|页面)?|加入收藏|收藏(?:本页|本文)?|返回(?:顶部|列表|首页|上一页)|推荐(?:给)?朋友|纠错|字号|我要纠错|大|中|小)[】\]）)\s|]*){1,6}$"),
    _rule("advertisement", r"^[-—\s【\[（(]*(?:广告|推广|赞助商链接|advertisement)[】\]）)\s—-]*$"),
    _rule("player", r"^(?:您的浏览器(?:版本过低|不支持).*|视频加载失败.*|视频加载中.*|点击播放.{0,10}|00:00(?:/\d\d:\d\d)?|请安装flash.*|loading\.*|正在加载.{0,6}|加载中[.。…]*)$"),
    _rule("counter", r"^(?:点击(?:数|量|次数)?|浏览(?:量|次数|数)?|阅读(?:量|次数|数)?|访问(?:量|次数)|人气)\s*[:：]\s*\d*\s*次?$"),
)  # fmt: skip

HEAD = (
    _rule("breadcrumb", r"^(?:您?(?:现在|当前|目前)?所?在的?位置|当前位置|当前栏目|现在位置|位置|您现在的位置是)\s*[:：]?.{0,80}$", 120),
    _rule("breadcrumb", r"^(?:[一-龥]{2,8}网?\s*[>＞»›]+\s*)?首\s?页\s*(?:>|＞|»|›|→|-|/|·|&gt;).{1,80}$", 120),
    _rule("breadcrumb", r"^[一-龥\w·]{2,12}(?:\s*[>＞»›]{1,2}\s*[一-龥\w·、]{2,16}){1,5}\s*[>＞»›]*\s*(?:正文|内容)?\s*$", 120),
    _rule("original title", r"^[（(【\[]?原(?:文)?标题\s*[:：].*$", 160),  # 原标题：……
    _rule("reprint", r"^[（(]?(?:本文)?(?:转自|转载自|来源于)\s*[:：]?\s*\S{2,30}$", 60),  # 本文转自：淄博日报
    _rule("original", r"^©?\s*原创\b.*$", 60),
    _rule("follow", r"^(?:点击(?:上方|蓝字|右上角).{0,20}(?:关注|订阅).{0,20}|关注我们)$"),
    _rule("login", r"^(?:登录|注册|登录\s*[/|]?\s*注册|跳到主要内容|无障碍(?:浏览|阅读)?|长者模式|简体|繁体|English)$"),
    _rule("comments", r"^\d*\s*(?:人参与|条?评论|人跟帖|跟贴)\s*\d*\s*(?:条)?(?:评论)?$"),
    _rule("listen", r"^(?:[听播](?:新闻|报|放)|语音播报|朗读|收听)\s*(?:[:：].*)?$"),
)  # fmt: skip

TAIL = (
    _rule("keywords", r"^[【\[（(]?(?:关键[词字]|标签|tags?|热词|本文标签)[】\]）)]?\s*[:：]?.*$", 120),
    _rule("reprint", r"^[（(【]?(?:来源|稿源|稿件来源|文章来源|信息来源|本文来源|本文转自|转自|转载自)\s*[:：]?.{0,60}$", 80),
    _rule("original title", r"^[（(【\[]?原(?:文)?标题\s*[:：].*$", 160),
    _rule("link to original", r"^[（(【\[]?(?:原文(?:链接|地址)?|阅读原文|查看原文|原文出处|本文(?:链接|地址|网址)|信息原文地址)\s*[:：]?.{0,200}$", 240),
    _rule("pager", r"^[\[【（(]?(?:首页|上一页|下一页|尾页|末页|\d{1,3}|共\s?\d+\s?页|第\s?\d+\s?页|余下全文|全文阅读|[\s|·\[\]<>«»…])+[\]】）)]?$"),
    _rule("divider", r"^[-—_=*·.\s#～~－─━]{3,}(?:分隔线|分割线)?[-—_=*·.\s#～~－─━]*$"),
    _rule("follow", r"^.{0,30}(?:扫(?:描|码|一扫)|长按|识别).{0,20}(?:二维码|关注|下载|公众号|阅读|打开|分享).{0,20}$", 70),
    _rule("follow", r"^(?:欢迎|请)?(?:关注|下载|订阅|搜索).{0,40}(?:公众号|微信|客户端|APP|官微|微博|视频号)[^。]{0,30}$"),
    _rule("attachment", r"^(?:文档)?附件(?:下载)?\s*[:：]?$"),
    _rule("counter", r"^(?:点击|浏览|阅读|访问|赞|好文|钦佩|喜欢|泪奔|可爱|思考|顶|踩|收藏|举报|评论|转发|点赞|在看)(?:一下|数|量|次数)?\s*[:：(（]?\s*\d*\s*[)）]?次?$"),
    _rule("top", r"^(?:回到|返回)?(?:顶部|目录|列表|上级)$|^\[?返回\S{0,6}\]?$"),
    _rule("more", r"^[【\[（(]?(?:查看更多|更多.{0,8}|详情|展开全文|点击(?:进入|查看).{0,20})[>＞»】\]）)…]*$"),
    _rule("footer", r"ICP备|公网安备|版权所有|copyright ?©|all rights reserved", 300),
    _rule("statement", r"^[（(【\[*※]?(?:本文|以上|本内容|该文|文章|文中|本稿|图片|部分).{0,40}(?:仅(?:代表|供)|不代表|不构成|版权归|侵权|转载请|请注明|未经|授权|来自网络|来源网络|来源于网络)", 300),
    _rule("statement", r"^[（(【\[*※]?(?:投资者据此操作|风险提示[:：]|转载请注明|未经.{0,16}(?:许可|授权).{0,20}(?:转载|使用|摘编|复制)|如有侵权|如需转载|欢迎投稿|投稿邮箱|新闻热线|爆料)", 300),
)  # fmt: skip

# the article ends above such a line, whatever follows
END = (
    _rule("editor line", r"^[（(【\[]?\s*(?:本文|本期|网络|网站|值班|新媒体|文字|实习|见习|执行)?(?:责任编辑|责编|编辑|责任编缉|编审|责任校对)\s*[:：].{0,60}$", 90),
    _rule("editor line", r"^[（(【\[]\s*[一-龥]{0,12}(?:责任编辑|责编|编辑)\s*[:：\s].{0,40}[】\]）)]$", 90),
    _rule("previous and next", r"^[\[【（(·\s]*上\s?[一1]\s?(?:篇|条|则|页|期|个|编)(?:文章|新闻)?\s*[】\]）)]?\s*(?:[:：>«【\s].{0,120})?$", 160),
    _rule("previous and next", r"^[\[【（(·\s]*下\s?[一1]\s?(?:篇|条|则|个|编)(?:文章|新闻)?\s*[】\]）)]?\s*(?:[:：>«【\s].{0,120})?$", 160),
    _rule("related", r"^[【\[（(■◆●·|\s]*(?:相关|更多|延伸|推荐|精彩|热门|猜你|热点|最新|编辑|新闻|为你|为您|往期|今日|本周|本月|图片|视频)(?:的)?"
          r"(?:阅读|新闻|推荐|文章|资讯|报道|导读|排行榜?|喜欢|回顾|评论|热点|热门|头条|热搜|内容|信息|稿件|专题|图集|更新|关注)"
          r"(?:推荐|排行)?\s*[】\]）):：>＞|]*\s*(?:更多.{0,4})?$", 24),
    _rule("related", r"^[【\[]?(?:大家都在看|大家还看了|相关文档|栏目列表|推荐内容|热门点击排行榜|一周热门|特别推荐|猜您喜欢|相关链接|延伸阅读|友情链接|新闻排行)[】\]]?\s*[:：]?$", 24),
    _rule("comments", r"^[【\[]?(?:网友评论|网友留言|我要评论|发表评论|最新评论|最热评论|热门评论|用户评论|评论列表|评论区|相关评论|跟[帖贴]\S{0,12}|来说两句.{0,6}|说点什么.{0,4}|写评论|我来说两句.{0,8}|查看评论|全部评论.{0,8}|发布者资料)[】\]]?\s*[:：]?(?:\s*[（(]?\d+[）)]?\s*条?)?$", 40),
    _rule("comments", r"^(?:已有\s*\d*\s*(?:人|条|位).{0,20}(?:参与|评论|点击).{0,20}|\d+\s*条评论.{0,10}|文明上网.{0,40}|网友评论仅供.{0,60}|请自觉遵守互联网.{0,60}|请遵守.{0,20}(?:法律|法规).{0,40})$", 100),
    _rule("login form", r"^(?:用户名|密码|验证码|登录\S{2,12}账号|发送验证码|请输入.{0,10}验证码|快速登录|匿名发表)\s*[:：]?.{0,30}$", 60),
    _rule("statement", r"^[【\[（(*※◆■]?(?:免责|版权|免责及版权|特别|郑重|重要|侵权|本网|反侵权)(?:声明|说明|公告|提示|提醒)[】\]）)]?\s*(?:[:：].*)?$", 400),
    _rule("statement", r"^(?:以上内容|本站|本网站?|本页面|凡本网|凡注明|声明[:：]).{0,80}(?:快照|采集|爬虫|不代表|转载|版权|侵权|立场|免责|来源)", 400),
    _rule("divider", r"^[-—_=─━－]{4,}\s*(?:分隔线|分割线|THE END|END)\s*[-—_=─━－]*$"),
    _rule("snapshot", r"^(?:快照(?:生成)?时间|采集时间|抓取时间)\s*[:：]", 80),
)  # fmt: skip
# ends the article only where links or nothing follow: newspapers print boxes under these words too
_END_IF_LINKS = frozenset(("related",))


def bare(text: str) -> str:
    """Letters, digits and Han characters alone: to compare lines that differ in spaces and quotes."""
    return _BARE_RE.sub("", text).lower()


def prose_length(line: Line) -> int:
    """How much running text a line holds: 0 for links, labels, footers, headings; else its length outside links."""
    own = len(line.text) - line.links
    if line.zone or own < 8 or line.links > own or _FOOTER_RE.search(line.text):
        return 0
    if _SENTENCE_RE.search(line.text):
        return own
    return own // 2 if own > 24 else 0


def is_linked(line: Line) -> bool:
    """True for a line that is link and little else: `·读《火花》之后的碎语 2009-11-01`."""
    return line.links > 0 and line.links >= 0.6 * len(bare(line.text))


def find_rule(line: Line, rules: tuple[Rule, ...]) -> str | None:
    """Name of the first rule that the line is a case of."""
    text = line.text.strip()
    for rule in rules:
        if len(text) <= rule.longest and rule.pattern.search(text):
            return rule.name
    return None


def is_info_line(text: str) -> bool:
    """`发布时间：2022-02-11 09:52 来源：巴彦淖尔日报 编辑：苏亮`: labels, a date, names; no sentence."""
    if len(text) > 160:
        return False
    people, rest = parse_labels(text)
    had_label = rest != text
    for moment, _ in find_moments(rest):
        had_label = True
        rest = rest.replace(moment.raw, "")
    rest = rest.strip(" \u3000|｜-—[]【】()（）©·:：")
    return had_label and len(rest) <= 24 and not re.search(r"[，。！？；]", rest)


def drop_boilerplate(lines: list[Line], title: str | None, titled: bool) -> tuple[list[Line], list[Dropped]]:
    """The lines of the article, and those that are page, each with the rule that dropped it.

    `titled` says that the headline stood above these lines, so that info lines may be expected first.
    Idempotent. Left alone: lines between the first and the last paragraph, except what no article contains
    (template code, share bars), photo captions, subheadings, 编者按, signatures of offices and their dates.
    """
    dropped: list[Dropped] = []

    def drop_if(rows: list[Line], rule_of: Callable[[Line], str | None]) -> list[Line]:
        kept = []
        for row in rows:
            if rule := rule_of(row):
                dropped.append(Dropped(row, rule))
            else:
                kept.append(row)
        return kept

    lines = drop_if(lines, lambda row: row.zone or find_rule(row, ANYWHERE))
    lines = _drop_head(lines, title, dropped)
    lines = _drop_end(lines, dropped)
    lines = _drop_tail(lines, dropped)
    lines = _drop_repeated_lead(lines, dropped)
    return lines, dropped


def _drop_head(lines: list[Line], title: str | None, dropped: list[Dropped]) -> list[Line]:
    headline = bare(title or "")
    start = 0
    for row in lines[:20]:
        rule = find_rule(row, HEAD) or _head_rule(row, headline)
        if rule is None:
            break
        dropped.append(Dropped(row, rule))
        start += 1
    return lines[start:]


def _head_rule(line: Line, headline: str) -> str | None:
    text = line.text
    if len(text) < 160 and headline and (bare(text) == headline or (len(text) < 60 and len(bare(text)) > 3 and headline.startswith(bare(text)))):
        return "repeated title"
    if headline and len(headline) > 5 and len(text) < 80 and bare(text).startswith(headline) and "——" in text:
        return "repeated title"
    if text.startswith(("——", "--")) and len(text) < 60 and not re.search(r"[，。；]", text[2:]):
        return "subtitle"
    if is_info_line(text):
        return "info line"
    if len(text) < 90 and parse_byline(text):
        return "byline"
    if is_linked(line) and not prose_length(line):
        return "links"
    return None


def _drop_end(lines: list[Line], dropped: list[Dropped]) -> list[Line]:
    before = 0
    lengths = [prose_length(row) for row in lines]
    total = sum(lengths)
    for i, row in enumerate(lines):
        rule = find_rule(row, END)
        if rule and before > 0 and (before >= (total - before) / 2):
            rest = lines[i + 1 :]
            if rule in _END_IF_LINKS and any(lengths[i + 1 :]) and not any(is_linked(r) for r in rest[:4]):
                before += lengths[i]
                continue
            dropped.append(Dropped(row, rule))
            dropped.extend(Dropped(r, f"after {rule}") for r in rest)
            return lines[:i]
        before += lengths[i]
    return lines


def _drop_tail(lines: list[Line], dropped: list[Dropped]) -> list[Line]:
    end = len(lines)
    while end > 0:
        row = lines[end - 1]
        rule = find_rule(row, END) or find_rule(row, TAIL)
        if rule is None and len(row.text) < 90 and parse_byline(row.text):
            rule = "byline"
        if rule is None and is_linked(row) and not prose_length(row):
            rule = "links"
        if rule is None:
            break
        dropped.append(Dropped(row, rule))
        end -= 1
    return lines[:end]


def _drop_repeated_lead(lines: list[Line], dropped: list[Dropped]) -> list[Line]:
    """Without an abstract that the template printed above the text it was cut from (DedeCMS, 163)."""
    if len(lines) < 2:
        return lines
    lead = bare(lines[0].text)
    label = re.match(r"[\[【（(]?(?:摘要|核心提示|导读|内容提要|提要)\s*[:：】\]]", lines[0].text)
    if label:
        lead = bare(lines[0].text[label.end() :])
    rest = bare("".join(row.text for row in lines[1:]))
    cut_short = len(lead) >= 20 and rest.startswith(lead[: max(20, len(lead) * 2 // 3)])
    if (len(lead) >= 20 and lead in rest) or cut_short:
        dropped.append(Dropped(lines[0], "repeated lead"))
        return lines[1:]
    return lines
