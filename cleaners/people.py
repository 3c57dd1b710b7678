"""Names in info lines, bylines and editor lines: 来源, authors, editors, reviewers, each alone."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field


def _spaced(words: str) -> str:
    """Alternatives, the longest first, each allowing a blank between its characters (`编 辑`, `来　源`)."""
    ordered = sorted(words.split(), key=len, reverse=True)
    return "|".join(r"[\s\u3000]{0,4}".join(map(re.escape, word)) for word in ordered)


_SOURCE = "来源 稿件来源 信息来源 文章来源 本文来源 新闻来源 消息来源 内容来源 原文来源 文稿来源 稿源 来源于 本文转自 转自 转载自 文章转自 转载来源"
_AUTHOR = (
    "作者 记者 本报记者 本网记者 本台记者 特约记者 实习记者 见习记者 全媒体记者 通讯员 本报通讯员 特约通讯员 实习生 撰稿 撰稿人 撰文 采写 文 "
    "文/图 图/文 文图 图文 文字 供稿 供稿人 文章作者 本文作者 原作者 文字记者 报道"
)
_EDITOR = (
    "编辑 责任编辑 责编 本文编辑 文章编辑 网络编辑 网站编辑 值班编辑 本期编辑 实习编辑 见习编辑 新媒体编辑 文字编辑 本网编辑 执行编辑 责任编缉"
)
_REVIEWER = "编审 审核 终审 复审 初审 监制 总监制 审稿 审签 一审 二审 三审 签发 审核人 校审 值班编委 值班总编 值班主任 责任监制 出品人 总编辑 主编"
# labels that only tell where another value ends
_OTHER = (
    "时间 日期 发布时间 发布日期 发表时间 发稿时间 更新时间 更新日期 成文日期 点击 点击数 点击量 点击次数 浏览 浏览量 浏览次数 浏览数 阅读 阅读量 "
    "阅读次数 人气 访问量 访问次数 字号 字体 字体大小 分享 分享到 标签 关键词 关键字 发布者 发布人 发布机构 发布单位 发文机关 信息分类 索引号 主题分类 "
    "视频 校对 责任校对 美编 美术编辑 视觉 摄影 图片 摄像 剪辑 配音 录入 录入人 录入者 上传 评论 评论数 收藏 版式 版面编辑 标题 原标题 我要评论 "
    "打印 大小 背景色 保护视力色 双击自动滚屏 责任人 联系人 电话 邮箱 热线 爆料 投稿 策划 统筹 实习 文号 文章编号 稿件 组稿 翻译 设计 制作"
)
_ROLE_OF = {
    re.sub(r"\s", "", word): role
    for role, words in (
        ("source", _SOURCE),
        ("author", _AUTHOR),
        ("editor", _EDITOR),
        ("reviewer", _REVIEWER),
        ("other", _OTHER),
    )
    for word in words.split()
}
# 发布时间：… 来源：… 作者：… 责任编辑：… ; also `来源于国家统计局`, `本文转自：`
_LABEL_RE = re.compile(
    rf"(?P<label>{_spaced(' '.join(_ROLE_OF))})[\s\u3000]*[:：]|(?P<bare>(?:本文)?(?:来源于|转载自|转自))(?=[^:：])"
)
_BLANK_RE = re.compile(r"[\s\u3000]+")
_SPLIT_RE = re.compile(r"[\s\u3000、，,;；/／|｜&＆·•](?<![一-龥]·(?=[一-龥]))|(?<=[一-龥])·(?=\s)")
_EDGES = " \u3000\t\xa0[]【】（）()「」|｜/-_:：;；,，、。.·>＞"

_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤"
    "滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭"
    "梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊惠甄曲家封储靳邴糜松井段富巫乌焦"
    "巴弓牧隗山谷车侯全郗班仰仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能苍双闻莘党翟谭贡劳姬申扶堵"
    "冉宰郦雍璩桑桂濮牛寿通边扈燕冀尚农温别庄晏柴瞿阎充慕连茹习艾鱼容向古易慎戈廖庾终暨居衡步都耿满弘匡文寇广欧利蔚越师巩聂晁勾敖融冷辛阚那简饶曾沙养"
    "鞠丰巢关查后荆红游权盖益公仉督岳帅况亢郏涂付代肖闫揭佟付覃兰邸苟迟仝展鹿阿买艾古热努吐库格扎次达丹尼索旦拉强桑"
)
_NAME_RE = re.compile(r"[一-龥]{2,4}|[一-龥]{1,8}(?:[·•・][一-龥]{1,8}){1,3}")
_NO_NAME_RE = re.compile(
    r"记者|通讯员|报道|摄影|编辑|供图|来源|作者|图片|文字|综合|整理|本报|本网|本台|新华社|人民网|日报|晚报|新闻|电视|中心|匿名|佚名|网友|未知|管理员"
    r"|不详|暂无|字体|打印|关闭|收藏|分享|评论|更多|首页|正文|今日|大字|小字|扫一扫|微信|微博|完$|待续|资料"
)
# the tail of a name in a byline line
_DEED_RE = re.compile(r"(?:文[/／]?图|图[/／]?文|文|图|摄|报道|摄影报道|文并图|供图|摄影|综合报道|整理|供稿|发自.{2,6})$")
_ROLE_WORD = (
    r"(?:特约|实习|见习|首席|全媒体|融媒体|融媒|文字|摄影)?(?:记者|通讯员|撰稿人?|实习生|通联员)"
    r"|(?:责任|网络|值班|实习|见习|新媒体)?(?:编辑|责编)|作者|文[/／]图|图[/／]文|采写|撰文|编审|审核|终审|监制"
)
# `本报记者`, `江城日报全媒体记者`, `中青报·中青网记者`, `松花江网编辑`
_ROLE_TOKEN_RE = re.compile(rf"(?P<medium>[一-龥A-Za-z0-9·《》“”\"—/+-]{{0,20}}?)(?P<role>{_ROLE_WORD})(?P<name>.*)", re.DOTALL)
_MEDIUM_RE = re.compile(
    r"(?:报|网|网站|客户端|电视台|广播电台|广电|台|通讯社|新华社|中新社|社|发布|融媒体?|融媒体?中心|全媒体|传媒|在线|公众号|微信|微博|杂志|周刊|周报|新闻|频道|"
    r"APP|app|App|号|观察|视点|之声|时讯|快讯|头条|论坛|门户|中心|办公室|局|委|政府|商讯|云上[一-龥]{2,4})$"
)
_MEDIUM_HEAD_RE = re.compile(r"^(?:云上|掌上|爱上|看)[一-龥]{2,4}$")  # 云上谷城
_BYLINE_EDGES_RE = re.compile(r"^[\s\u3000（(\[【〔□■●◆◇△▲○◎★☆—\-~＊*|/]+|[\s\u3000）)\]】〕。.|/]+$")
_BRACKET_RE = re.compile(r"[（(]([^（）()]{2,60})[）)]")


@dataclass(slots=True)
class People:
    """Who wrote, edited and checked a text, and where it comes from, as one place of the page says."""

    source: str | None = None
    authors: list[str] = field(default_factory=list)
    editors: list[str] = field(default_factory=list)
    reviewers: list[str] = field(default_factory=list)
    medium: str | None = None
    """A medium named without a label: before 记者, or beside the date."""

    def __bool__(self) -> bool:
        return bool(self.source or self.authors or self.editors or self.reviewers or self.medium)

    def add(self, role: str, names: Iterable[str]) -> None:
        names_of_role = {"author": self.authors, "editor": self.editors, "reviewer": self.reviewers}.get(role)
        if names_of_role is not None:
            names_of_role.extend(name for name in names if name not in names_of_role)


def is_name(token: str, surname: bool = True) -> bool:
    """`王建宏`, `格桑边觉` (without the test of the surname), `阿不都·买买提`; not `本报讯`, `供图`."""
    if not _NAME_RE.fullmatch(token) or _NO_NAME_RE.search(token):
        return False
    return not surname or token[0] in _SURNAMES or "·" in token


def is_medium(text: str) -> bool:
    """`湖北日报客户端`, `云上谷城`: the name of a medium or an office."""
    return 2 < len(text) <= 24 and bool(_MEDIUM_RE.search(text) or _MEDIUM_HEAD_RE.match(text))


def parse_names(text: str, free: bool = False) -> list[str]:
    """Names of a value: `萧潇、张妍` → two, `张 三` → one, `杨倩_NF4425` → `杨倩`.

    `free` takes also what is no personal name (`作者：新闻热线网`); numbers and login names are left out.
    """
    text = text.split("_")[0]
    tokens = [t.strip(_EDGES) for t in re.split(r"[\s\u3000、，,;；/／|｜&＆]+", text)]
    names: list[str] = []
    for token in tokens:
        token = _DEED_RE.sub("", token) if len(token) > 3 else token
        match = _ROLE_TOKEN_RE.fullmatch(token)
        if match:
            token = match["name"]
        if not token:
            continue
        if len(token) == 1 and names and len(names[-1]) == 1:
            names[-1] += token
        elif len(token) == 1 and "\u4e00" <= token <= "\u9fff":
            names.append(token)
        elif is_name(token, surname=False) or (free and 1 < len(token) <= 20 and re.search(r"[一-龥]", token)):
            names.append(token)
        elif not free:
            break
    return [name for name in dict.fromkeys(names) if len(name) > 1]


def parse_source(text: str) -> str | None:
    """The 来源 alone: `人民网-《人民日报》`, `华夏时报(北京)`; what follows a blank is no part of it."""
    text = re.split(r"(?:19|20)\d\d\s?[-/.年]|[【\[](?:字|大|打印)|责任|点击|浏览|字号|\|", text.strip(_EDGES.replace("（", "").replace("(", "")))[0]
    tokens = _BLANK_RE.split(text.strip())
    source = tokens[0]
    if re.fullmatch(r"[A-Za-z0-9.]+", source) and len(tokens) > 1:
        source = " ".join(tokens[:2])
    source = source.strip(" \u3000[]【】|｜:：;；,，、。>＞-_")
    if "(" in source and ")" not in source or "（" in source and "）" not in source:
        source = re.split(r"[（(]", source)[0]
    if source.startswith(("（", "(")):
        source = source.strip("（）()")
    if not 1 < len(source) <= 40 or not re.search(r"[一-龥A-Za-z]", source) or _LABEL_RE.match(source + "："):
        return None
    return source if not re.match(r"(?:https?:|www\.|未知$|不详$|本站原创$|原创$|互联网$|网络$)", source) else None


def parse_labels(line: str) -> tuple[People, str]:
    """What the labels of a line say, and the line without labels and their values."""
    people = People()
    matches = list(_LABEL_RE.finditer(line))
    rest = line[: matches[0].start()] if matches else line
    ends = [following.start() for following in matches[1:]] + [len(line)]
    for match, end in zip(matches, ends, strict=False):
        value = line[match.end() : end]
        label = _BLANK_RE.sub("", match["label"] or match["bare"])
        role = "source" if match["bare"] else _ROLE_OF.get(label, "other")
        if role == "source":
            people.source = people.source or parse_source(value)
        elif role != "other":
            people.add(role, parse_names(value, free=label in ("作者", "文章作者", "本文作者", "原作者")))
    return people, rest


def parse_byline(line: str) -> People | None:
    """A line that is nothing but a byline: `□本报记者 董振霞 通讯员 王克军`, `（松花江网编辑 孙桂芳）`.

    None for every other line: each word must be a role, a medium, a name, or what they did (`文/图`).
    """
    if len(line) > 90:
        return None
    people, rest = parse_labels(line)
    text = _BYLINE_EDGES_RE.sub("", _BYLINE_EDGES_RE.sub("", rest))
    if not text:
        return people if people.authors or people.editors or people.reviewers or people.source else None
    role = ""
    names: list[tuple[str, str]] = []
    for token in re.split(r"[\s\u3000、，,;；|｜&＆:：]+", text):
        token = token.strip("（）()[]【】")
        if not token:
            continue
        match = _ROLE_TOKEN_RE.fullmatch(token)
        if match:
            found = match["role"]
            role = "editor" if "编辑" in found or "责编" in found else "author"
            if found in ("编审", "审核", "终审", "监制"):
                role = "reviewer"
            if match["medium"] and match["medium"] not in ("本报", "本网", "本台", "本刊", "特约", "总台"):
                if not re.search(r"[报网社台刊端体]$|[a-zA-Z]$|云|中心$|”$|》$", match["medium"]):
                    return None
                people.medium = people.medium or match["medium"]
            name = _DEED_RE.sub("", match["name"]) or match["name"]
            if name and not _DEED_RE.fullmatch(name):
                if not is_name(name):
                    return None
                names.append((role, name))
        elif not role and is_medium(token):
            people.medium = token
        elif role and (_DEED_RE.fullmatch(token) or token in ("文/图", "摄影/报道")):
            continue
        elif role and is_name(_strip_deed(token), surname=False):
            names.append((role, _strip_deed(token)))
        elif role and len(token) == 1 and "\u4e00" <= token <= "\u9fff":
            if names and len(names[-1][1]) == 1:
                names[-1] = (role, names[-1][1] + token)
            else:
                names.append((role, token))
        else:
            return None
    if not names:
        return None
    for role, name in names:
        if len(name) > 1:
            people.add(role, [name])
    return people


def _strip_deed(token: str) -> str:
    return _DEED_RE.sub("", token) if len(token) > 2 else token


def find_bracket_byline(paragraph: str, at_end: bool) -> People | None:
    """The byline inside a paragraph: `本报讯（记者叶婉）近日` at its start, `（总台记者 张倩）` at its end.

    At the end also names alone count: `（常书香 马丹阳）`.
    """
    if at_end:
        matches = [m for m in _BRACKET_RE.finditer(paragraph[-70:]) if not paragraph[-70:][m.end() :].strip(" \u3000。")]
    else:
        matches = list(_BRACKET_RE.finditer(paragraph[:120]))
    for match in matches:
        inner = match.group(1).strip()
        if "记者" in inner or "通讯员" in inner or "作者" in inner or "撰稿" in inner or "编辑" in inner:
            if people := parse_byline(inner):
                return people
        elif at_end:
            names = [n for n in re.split(r"[\s\u3000、，,/]+", inner) if n]
            if names and len(names) < 5 and all(is_name(name) and len(name) < 4 for name in names):
                return People(authors=names)
    return None
