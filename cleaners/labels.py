"""Labels of info lines and credits: 来源：, 作者：, 责任编辑：, and what stands behind each."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from cleaners.names import NOBODY_RE, OFFICE_RE, is_person, parse_names, parse_source


def _spaced(words: Iterable[str]) -> str:
    """Alternatives, the longest first, each allowing a blank between its characters (`编 辑`, `来　源`)."""
    ordered = sorted(words, key=len, reverse=True)
    return "|".join(r"[\s\u3000]{0,4}".join(map(re.escape, word)) for word in ordered)


_LABELS = {
    "source": """
        来源 稿件来源 信息来源 文章来源 本文来源 新闻来源 消息来源 内容来源 原文来源 文稿来源 图文来源 文字来源 综合来源
        稿源 来源于 本文转自 转自 转载自 文章转自 转载来源""",
    "author": """
        作者 记者 本报记者 本网记者 本台记者 特约记者 实习记者 见习记者 全媒体记者 通讯员 本报通讯员 特约通讯员 实习生
        全媒体通讯员 融媒体记者 融媒记者 首席记者 资深记者 特约撰稿 特约撰稿人 特约评论员 评论员 本网通讯员 本台通讯员
        撰稿 撰稿人 撰文 采写 采编 采访 文 文/图 图/文 文图 图文 图、文 文、图 文字 供稿 供稿人 执笔 执笔人 拟稿 拟稿人
        文章作者 本文作者 原作者 文字记者 报道""",
    "editor": """
        编辑 责任编辑 责编 本文编辑 文章编辑 网络编辑 网站编辑 值班编辑 本期编辑 实习编辑 见习编辑 新媒体编辑 文字编辑
        本网编辑 执行编辑 责任编缉 首席编辑 初审编辑 一编 二编 编校 责编人 编辑人""",
    "reviewer": """
        编审 审核 终审 复审 初审 监制 总监制 审稿 审签 一审 二审 三审 签发 审核人 校审 值班编委 值班总编 值班主任
        责任监制 出品人 总编辑 主编 总编 副总编 副总编辑 执行主编 副主编 编委 值班主编 值班总监 值班领导
        值班副总编 值班副总编辑 编校审 审校 核稿 核发 责任审核 内容审核 终审人 复审人 初审人 签审""",
    # people whose part has no field of its own
    "credit": """
        校对 责任校对 一校 二校 三校 一读 二读 三读 责任审读 信息员 录入员
        统稿 值班 海报设计 版式设计 图文编辑 图片编辑 视频编辑
        美编 美术编辑 视觉 摄影 图片 摄像 剪辑 配音 录入 版式 版面编辑 策划 总策划 统筹
        翻译 设计 制作 审读 排版
        制图 海报 文案 出品 运营 选稿 图 视频 监审 播音 主播 漫画 绘图""",
    # what only tells where another value ends
    "other": """
        时间 日期 发布时间 时间发布 发布日期 发表时间 发稿时间 更新时间 更新日期 成文日期 点击 点击数 点击量 点击次数
        浏览 浏览量 浏览次数 浏览数 阅读 阅读量 阅读次数 人气 访问量 访问次数 字号
        字体 字体大小 分享 分享到 标签 关键词 关键字 发布者 发布人
        发布机构 发布单位 发文机关 信息分类 索引号 主题分类 录入人 录入者 上传 评论 评论数 收藏 标题 原标题
        我要评论 打印 大小 背景色 保护视力色 双击自动滚屏 责任人 联系人 转载请注明
        电话 邮箱 热线 爆料 投稿 实习 文号 文章编号 稿件 组稿""",
}
_ROLE_OF = {label: role for role, labels in _LABELS.items() for label in labels.split()}
CREDITS = frozenset(_LABELS["credit"].split())
_SLASHABLE = [label for label in _ROLE_OF if "/" not in label]
_MAX_SLASHED = 120
_MAY_LABEL_RE = re.compile(r"[:：/／丨|｜︱】]|来源于|转自|转载自")
# 编辑/倪家宁 · 文丨特约评论员 韩涵 · 作者︱春春 : a slash or a bar in place of the colon, at the start of a line
_SLASHED_RE = re.compile(rf"^[\s（(【\[]*({_spaced(_SLASHABLE)})\s?[/／丨|｜︱]\s?(?=[一-龥])(?![文图](?:[\s:：]|$))")
# 摄影/张小艳 编辑/苏小芳 : further on only before a name that ends there
_SLASHED_LATER_RE = re.compile(
    rf"(?<=[\s\u3000])({_spaced(_SLASHABLE)})\s?[/／丨|｜︱]\s?(?=[一-龥]{{2,3}}(?:[\s\u3000）)]|$))"
)
# 发布时间：… 来源：… 作者：… 责任编辑：… ; also `来源于国家统计局`, `本文转自：`; not `资金来源：`, `通知全文：`
_LABEL = (
    rf"(?P<label>{_spaced(_ROLE_OF)})[\s\u3000]*[:：]|"
    r"(?P<bare>(?:本文)?(?:来源于|转载自|转自))(?=[^:：，。的\s]{2,24}(?:\s|$))"
)
_LABEL_RE = re.compile(rf"(?<![一-龥])(?:{_LABEL})|(?<=[报网社台端体心])(?P<own>责任编辑|编辑|记者|通讯员)[:：]")
# once a line has shown a label or a date, its next label may be glued to a value: `作者：张三来源：某报`
_GLUED_RE = re.compile(_LABEL)
# 【记者】王建国 【通讯员】李小红 · 【云岭日报记者】王建国
_BRACKETED_RE = re.compile(
    rf"【(?:[一-龥]{{2,8}}[报网社台](?=记者|通讯员))?({_spaced(_SLASHABLE)})】\s*[:：]?\s?(?=[一-龥])"
)
# 来源：云岭日报（记者王建国） · 来源：浙江在线 记者 王建国 · 来源：云岭情报记者 王建国
_BYLINE_BEHIND_RE = re.compile(
    r"(?:[\s\u3000（(]|(?<=[报网社台刊端])(?=(?:记者|通讯员)\s))"
    r"(?P<byline>[一-龥]{0,8}(?:记者|通讯员)[\s\u3000]?[一-龥].*)$"
)
# 来源：中国新闻网 王帆
_NAME_BEHIND_RE = re.compile(r"[报网社台端刊心][\s\u3000]+([一-龥]{2,3})[\s\u3000]*$")
_INFO_DATE_RE = re.compile(r"(?:19|20)\d\d\s?[-/.年]\s?\d{1,2}")
_BLANK_RE = re.compile(r"[\s\u3000]+")


@dataclass(slots=True)
class People:
    """Who wrote, edited and checked a text, and where it comes from, as one place of the page says."""

    source: str | None = None
    authors: list[str] = field(default_factory=list)
    editors: list[str] = field(default_factory=list)
    reviewers: list[str] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    """Names of those whose part has no field of its own: 校对, 摄影, 策划."""
    medium: str | None = None
    """A medium named without a label: before 记者, or beside the date."""

    def __bool__(self) -> bool:
        return bool(self.source or self.authors or self.editors or self.reviewers or self.others or self.medium)

    def add(self, role: str, names: Iterable[str]) -> None:
        names_of_role = {"author": self.authors, "editor": self.editors, "reviewer": self.reviewers}.get(role)
        if names_of_role is not None:
            names_of_role.extend(name for name in names if name not in names_of_role)


def has_label(line: str) -> bool:
    """True where a label tells a source or a name: `来源：` before a link."""
    labels = (_BLANK_RE.sub("", match.group("label") or "") for match in _LABEL_RE.finditer(line))
    return any(_ROLE_OF.get(label, "other") not in ("other", "credit") for label in labels)


def parse_labels(line: str) -> tuple[People, str]:
    """What the labels of a line say, and the line without labels and their values."""
    people = People()
    if not _MAY_LABEL_RE.search(line):
        return people, line
    line = _SLASHED_RE.sub(r"\1：", line)
    if len(line) < _MAX_SLASHED:
        line = _SLASHED_LATER_RE.sub(r"\1：", line)
    if "【" in line:
        line = _BRACKETED_RE.sub(r" \1：", line)
    matches: list[re.Match[str]] = list(_LABEL_RE.finditer(line))
    if (matches and ":" in line.replace("：", ":")[matches[0].end() :]) or _INFO_DATE_RE.search(line[:60]):
        matches = list(_GLUED_RE.finditer(line))
    rest = line[: matches[0].start()] if matches else line
    ends = [following.start() for following in matches[1:]] + [len(line)]
    for match, end in zip(matches, ends, strict=False):
        value = line[match.end() : end]
        label = _BLANK_RE.sub("", next(group for group in match.groups() if group))
        role = "source" if match["bare"] else _ROLE_OF.get(label, "other")
        if role == "source":
            if byline := _BYLINE_BEHIND_RE.search(value):
                value, rest = value[: byline.start()], f"{rest} {byline['byline']}"
            people.source = people.source or parse_source(value)
            if name := _NAME_BEHIND_RE.search(value):
                people.add("author", [name[1]] if is_person(name[1]) and not OFFICE_RE.fullmatch(name[1]) else [])
        elif role == "credit":
            people.others.extend(name for name in parse_names(value) if is_person(name))
        elif role == "author" and NOBODY_RE.fullmatch(value.strip()):
            people.others.append(value.strip())
        elif role != "other":
            people.add(role, parse_names(value, free=label in ("作者", "文章作者", "本文作者", "原作者")))
    return people, rest
