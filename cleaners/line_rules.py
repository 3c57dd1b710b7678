"""What a rule for a whole line is, and the words that rules of several places share.

A form is matched against the whole line without the brackets, bullets and blanks around it; upper and lower
case are one. `longest` protects paragraphs: a longer line is never a case of the rule.
"""

import re
from dataclasses import dataclass

from cleaners.tree import Line

_DRESS = ' \u3000\xa0\t[]【】〔〕（）()『』“”"*※■◆●•·|｜«»'


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of line."""

    name: str
    pattern: re.Pattern[str]
    longest: int


@dataclass(frozen=True, slots=True)
class Dropped:
    """A line that was dropped, and the rule that did it."""

    line: Line
    rule: str


def rule_of(name: str, *forms: str, longest: int = 80) -> Rule:
    return Rule(name, re.compile("|".join(f"(?:{form})" for form in forms), re.IGNORECASE), longest)


def find_rule(line: Line, rules: tuple[Rule, ...]) -> str | None:
    """Name of the first rule that the line is a case of."""
    return find_text_rule(line.text, rules)


def find_text_rule(text: str, rules: tuple[Rule, ...]) -> str | None:
    """The same for the text of a line."""
    text = text.strip(_DRESS)
    for rule in rules:
        if len(text) <= rule.longest and rule.pattern.fullmatch(text):
            return rule.name
    return None


SOURCE = r"(?:素材|综合|稿件|文章|信息|本文|新闻|内容|图文|文字|消息)?(?:来\s{0,4}源|稿\s{0,4}源)"
GAP = r"[:：]?\s*"
# 云岭日报, 云岭县融媒体中心; not 生活, 沿海的产业
MEDIUM = (
    r"(?:[^，。；的]{1,22}(?:报|网|网站|客户端|台|社|发布|融媒体?|中心|在线|公众号|微信|号|杂志|周刊|新闻)|"
    r"[《“][^》”]{2,16}[》”])"
)
# not 以上项目, 部分企业: those are news
THIS = r"(?:本文|本内容|该文|本稿|(?:以上|文中|部分|文章)(?:图片|内容|文字|文章|素材|观点|信息|数据|资料|图文)|图片)"
# what statements of a page speak of, and notices of an office do not
OURS = r"(?:本网(?![络格点约])|本站(?![点台区])|本平台|本公众号|本报|我网|我们|我方|小编|编辑部|权利人|版权|著作权)"
IN_BRACKET = r"(?:(?![）)].{12}).)*"  # with text behind the closing bracket a paragraph begins: （原标题：甲）乙

CLOCK = r"(?:19|20)\d\d[-/.年]\d{1,2}[-/.月]\d{1,2}日?(?:\s*\d{1,2}[:：]\d\d(?:[:：]\d\d)?)?"
TOOL_GAP = r"[\s|｜/·,，、:：【】『』\[\]（）()]*"

# 鄂ICP备…, 版权所有, 主办单位：…, 地址：… 邮编：…, 页次：2/2 … 尾页
FOOTER_RE = re.compile(  # every form begins with letters and no case is folded: so they are found fast
    "|".join(
        (
            *("ICP[备证]", "icp[备证]", "公网安备", "版权所有", "许可证", "网站标识码", "违法和不良信息", "举报电话"),
            *("copyright", "Copyright", "CopyRight", "COPYRIGHT", "all rights reserved", "All [Rr]ights [Rr]eserved"),
            *("ALL RIGHTS RESERVED", "联系地址[:：]", "国内统一刊号", "页次[:：]", r"邮编\s?[:：]"),
            *(f"{word}(?:单位)?[:：]" for word in ("主办", "承办", "建设", "技术支持")),
            *(rf"{word}电话\s?[:：]" for word in ("管理员", "联系", "咨询", "客服", "办公", "值班")),
            *(rf"{word}\s?[|\s]\s?(?:上一页|下一页|尾页|末页)" for word in ("上一页", "下一页", "尾页", "首页")),
        )
    )
)

# 来源： (empty) 点击: 38 次 【字号 大 中 小】
COUNTER_LABEL_RE = re.compile(
    r"^\W{0,3}(?:来\s*源|作\s*者|编\s*辑|责任编辑)\s*[:：]|"
    r"(?:点击(?:数|率|量|次数)?|浏览(?:量|次数|数)?|阅读(?:量|次数|数)?|访问(?:量|次数)|人气|字号|字体|发布(?:者|人|机构))\s*[:：]"
)

# 视觉中国 资料 · 记者 李梦馨 摄 · 公安分局供图
CAPTION_RE = re.compile(
    r"(?:摄|供图|制图|资料[图照]?片?|图片|截图|视频|摄影|来源：\S{2,8}|图[/／]\S{2,10})[）)。]?\s*\S{0,6}$"
)

# what a document encloses is part of it, though it is a link: `附件1：申报表`
ATTACHMENT_RE = re.compile(r"附[ \u3000\xa0]{0,4}件|附表|附：")
# 41a9be0b.doc (78.50 KB)
FILE_RE = re.compile(r"\.(?:docx?|xlsx?|pptx?|pdf|ofd|wps|et|rtf|rar|zip|7z)\b", re.IGNORECASE)

# the table above a government document: a line of the first kind makes lines of the second part of it
DOCUMENT_TABLE_RE = re.compile(
    r"(?:索\s*引\s*号|信息索引号?|发\s*文\s*(?:机\s*关|单\s*位|字\s*号)|发布机构|(?:成文|生成)日期|主题分类|信息分类|"
    r"公开(?:方式|范围|时限)|制发机关|公文种类)\s*[:：]"
)
_DOCUMENT_ROW_RE = re.compile(
    r"(?:(?:主题|信息|体裁|组配|公文)?\s*分\s*类|主\s*题\s*词|发布(?:单位|日期)|发文日期|公开日期|(?:生效|有效|废止|失效)(?:日期|时间)|文\s*号|"
    r"标\s*题|名\s*称|(?:是\s*否\s*)?有\s*效(?:\s*性)?|时\s*效\s*性|内容概述|服务对象|责任部门|关键词|语\s*种)\s*[:：]"
)


# 索取号 发布时间 发布机构 文件编号 备注
_DOCUMENT_FIELD_RE = re.compile(
    r"索\s*[取引]\s*号|(?:发布|公开|成文|生成|发文)(?:时间|日期|机构|单位|主体|机关)|发文字号|文件编号|文\s*号|(?:信息|文件)?名称|"
    r"(?:主题|信息)?分类|备\s*注|公开(?:属性|形式|方式)|载体类型|内容概述|有效性"
)


def is_document_heading(text: str) -> bool:
    """The heading of such a table where its names stand in a row above the values; not `序号 单位名称 备注`."""
    names = text.split()
    return len(names) > 2 and text.startswith(("索", "发", "文")) and all(map(_DOCUMENT_FIELD_RE.fullmatch, names))


def is_document_row(text: str) -> bool:
    """`发文机关：吉林省人民政府`: a row of the table above a government document."""
    return bool(DOCUMENT_TABLE_RE.match(text) or _DOCUMENT_ROW_RE.match(text))
