"""Kinds of lines that belong to a page and not to its article, as data. boilerplate.py says where each may be dropped.

A form is matched against the whole line without the brackets, bullets and blanks around it; upper and lower
case are one. `longest` protects paragraphs: a longer line is never a case of the rule.
"""

import re
from dataclasses import dataclass

from cleaners.tree import Line

_DRESS = " \u3000\xa0\t[]【】〔〕（）()*※■◆●·|｜"


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of line."""

    name: str
    pattern: re.Pattern[str]
    longest: int


def _rule(name: str, *forms: str, longest: int = 80) -> Rule:
    return Rule(name, re.compile("|".join(f"(?:{form})" for form in forms), re.IGNORECASE), longest)


def find_rule(line: Line, rules: tuple[Rule, ...]) -> str | None:
    """Name of the first rule that the line is a case of."""
    text = line.text.strip(_DRESS)
    for rule in rules:
        if len(text) <= rule.longest and rule.pattern.fullmatch(text):
            return rule.name
    return None


_SOURCE = r"(?:素材|综合|稿件|文章|信息|本文|新闻|内容)?(?:来源|稿源)"
_GAP = r"[:：]?\s*"
# not 以上项目, 部分企业: those are news
_THIS = r"(?:本文|本内容|该文|本稿|(?:以上|文中|部分|文章)(?:图片|内容|文字|文章|素材|观点|信息|数据|资料|图文)|图片)"
_IN_BRACKET = r"(?:(?![）)].{12}).)*"  # with text behind the closing bracket a paragraph begins: （原标题：甲）乙

# page furniture, dropped wherever it stands
ANYWHERE = (
    _rule(
        "template",
        r".*\{\{.*\}\}.*",  # {{isMobile ? "账号密码登录" : "短信登录"}}
        r"(?:var |function\s?\w*\(|\$\(|document\.|window\.).*",
        longest=400,
    ),
    _rule("stock photo", r"(?:相关)?(?:资料|资料配)图(?:片)?"),  # (相关资料图)
    _rule(
        "share",
        r"(?:一键)?(?:分享|转发)(?:到|至|让更多人看到|按钮)?[:：|\s]{0,3}(?:微信|微博|QQ|空间|朋友圈|好友|[\s·|:：、和])*",
        r"(?:转播|转发|分享)到.{2,8}",
        r"(?:用|打开)?(?:微信|手机)?“?扫一扫.{0,40}",  # 扫一扫在手机打开当前页
        r"扫(?:描|码)(?:上方|下方|左侧|右侧)?二?维?码?.{0,40}|扫码阅读手机版|用微信扫[描码]二维码",
        r"分享至好友和朋友圈|官方微信平台|微信扫码|点击右上角.{0,20}分享.*|复制链接|链接已复制|复制地址",
        longest=60,
    ),
    _rule(
        "font size",
        r"字[体号](?:大小)?[】\])）:：\s]*(?:[\[【（(]?\s*[大中小特AT＋+－-]{1,3}\s*[】\])）|]?\s*){0,6}",
        r"[大中小][\s|·]{1,3}[中大小](?:[\s|·]{1,3}[小大])?|小字号|大字号|T\s*\+?\s*-?",
    ),
    _rule(
        "print",
        r"(?:[【\[（(\s|]*(?:打印(?:本页|文章|此文|此页)?|关闭(?:窗口|本页|页面)?|加入收藏|收藏(?:本页|本文)?|"
        r"返回(?:顶部|列表|首页|上一页)|推荐(?:给)?朋友|我?要?纠错|字号|大|中|小)[】\]）)\s|]*){1,6}",
    ),
    _rule("advertisement", r"[-—\s]*(?:广告|推广|赞助商链接|advertisement)[\s—-]*"),
    _rule(
        "player",
        r"您的浏览器(?:版本过低|不支持).*|视频加载(?:失败|中).*|点击播放.{0,10}|00:00(?:/\d\d:\d\d)?|请安装flash.*",
        r"自动播放\s.{0,40}|loading\.*|正在加载.{0,6}|加载中[.。…]*|(?:自动)?播放|调查问题加载中.*|若长时间无响应.*",
    ),
    _rule(
        "more",
        r"点击(?:看|查看|阅读|此处|进入|图片|下载)[^，。；]{0,20}|展开(?:全文|阅读全文|剩余.{0,6})|查看原图[\s\d.KMB]*",
    ),
    _rule("original title", rf"(?:本文)?原标题\s*[:：]{_IN_BRACKET}", longest=160),
    _rule(
        "counter",
        r"(?:点击(?:数|量|次数)?|浏览(?:量|次数|数)?|阅读(?:量|次数|数)?|访问(?:量|次数)|人气)\s*[:：]\s*\d*\s*次?",
    ),
)

_PAGER = _rule(
    "pager",
    r"(?:首页|上一页|下一页|尾页|末页|\b\d{1,3}\b|共\s?\d+\s?页|第\s?\d+\s?页|余下全文|全文阅读|[\s|/·\[\]<>«»…])+",
)

# above the first paragraph
HEAD = (
    _rule(
        "breadcrumb",
        r"(?:您?(?:现在|当前|目前)?所?在的?位置|您?(?:现在|当前)的位置(?:是)?|当前位置|当前栏目|位置)\s*[:：]?.{0,80}",
        r"(?:[一-龥]{2,8}网?\s*[>＞»›]+\s*)?首\s?页\s*(?:>|＞|»|›|→|-|/|·|&gt;).{1,80}",
        r"[一-龥\w·]{2,12}(?:\s*[>＞»›]{1,2}\s*[一-龥\w·、]{2,16}){1,5}\s*[>＞»›]*\s*(?:正文|内容)?\s*",
        longest=120,
    ),
    _rule("original title", rf"(?:本文)?原(?:文)?(?:标题\s*[:：]|题(?:为|目)){_IN_BRACKET}", longest=160),
    _rule(
        "reprint",
        r"(?:本文)?(?:转自|转载自|来源于)\s*[:：]?\s*\S{2,30}",  # 本文转自：淄博日报
        r"本文(?:首发|原载|刊载|刊发|发表)于.{2,40}",
        longest=60,
    ),
    _rule("original", r"©?\s*原创(?![一-龥]).*", longest=60),  # ©原创   2021-06-04 09:31
    _rule("follow", r"\+?\s?关注(?:我们)?|点击(?:上方|蓝字|右上角).{0,20}(?:关注|订阅).{0,20}"),
    _rule("login", r"登录|注册|登录\s*[/|]?\s*注册|跳到主要内容|无障碍(?:浏览|阅读)?|长者模式|简体|繁体|English"),
    _rule("comments", r"\d*\s*(?:人参与|条?评论|人跟帖|跟贴)\s*\d*\s*(?:条)?(?:评论)?"),
    _rule("counter", r"\d{1,7}"),
    _PAGER,
    _rule("listen", r"(?:[听播](?:新闻|报|放)|语音播报|朗读|收听)\s*(?:[:：].*)?"),
)

# below the last paragraph
TAIL = (
    _rule("keywords", r"(?:关键[词字]|标签|tags?|热词|本文标签)[】\]）)]?\s*[:：]?.*", longest=120),
    _rule("reprint", rf"(?:{_SOURCE}|本文转自|转自|转载自)\s*[:：/丨|｜]?.{{0,60}}"),
    _rule("original title", rf"(?:本文)?原(?:文)?(?:标题\s*[:：]|题(?:为|目)){_IN_BRACKET}", longest=160),
    _rule(
        "link to original",
        rf"(?:原文(?:链接|地址)?|阅读原文|查看原文|原文出处|本文(?:链接|地址|网址)|信息原文地址)\s*{_GAP}.{{0,200}}",
        longest=240,
    ),
    _PAGER,
    _rule("author note", r"(?:本文)?作者\s*[:：][^。]{2,60}", longest=70),  # （作者：王建国 某大学教授）
    _rule("divider", r"[-—=*\s]*(?:THE\s)?END[-—=*\s.。]*"),
    _rule(
        "follow",
        r".{0,30}(?:扫(?:描|码|一扫)|长按|识别).{0,20}(?:二维码|关注|下载|公众号|阅读|打开|分享).{0,20}",
        r"(?:欢迎|请)?(?:关注|下载|订阅|搜索).{0,40}(?:公众号|微信|客户端|APP|官微|微博|视频号)[^。]{0,30}",
        longest=70,
    ),
    _rule("attachment", r"(?:文档)?附件(?:下载)?\s*[:：]?"),
    _rule(
        "counter",
        r"(?:点击|浏览|阅读|访问|赞|好文|钦佩|喜欢|泪奔|可爱|思考|顶|踩|收藏|举报|评论|转发|点赞|在看)(?:一下|数|量|次数)?"
        r"\s*[:：(（]?\s*\d*\s*[)）]?次?",
        r"共找到.{1,12}个?相关新闻.{0,4}",
    ),
    _rule("top", r"(?:回到|返回)?(?:顶部|目录|列表|上级)|返回\S{0,6}"),
    _rule("more", r"(?:查看更多|更多.{0,8}|详情|展开全文|点击(?:进入|查看).{0,20})[>＞»…]*"),
    _rule("footer", r".*(?:ICP备|公网安备|版权所有|copyright ?©|all rights reserved).*", longest=300),
    _rule(
        "statement",
        rf"{_THIS}.{{0,40}}(?:仅(?:代表|供)|不代表|不构成|版权归|转载请|请注明|(?:未经|经).{{0,10}}授权).*",
        rf"{_THIS}.{{0,40}}(?:侵权.{{0,20}}(?:联系|告知|通知|删除)|来自网络|来源(?:于)?网络).*",
        r"(?:投资者据此操作|风险提示[:：]|转载请注明|如有侵权|如需转载|欢迎投稿|投稿邮箱|新闻热线|爆料).*",
        longest=300,
    ),
    _rule(
        "statement",
        r"本文来自.{2,60}",
        r".*未经.{0,16}(?:授权|许可|允许|同意).{0,12}(?:转载|使用|复制|摘编).*",
        r".*(?:收到|核实|联系).{0,30}(?:小时内|及时|立即|尽快).{0,6}(?:删除|更正|撤稿|撤下).*",
        longest=120,
    ),
    _rule("form", r"(?:姓名|昵称|主页|网址|主题|标题|校验码|内容|评论内容|记住我.{0,8}|提交|发表|E-?mail)\s*[:：]?"),
)

_TOPIC = (
    r"(?:相关|更多|延伸|推荐|精彩|热门|猜你|热点|最新|编辑|新闻|为你|为您|往期|今日|本周|本月|图片|视频)(?:的)?"
    r"(?:阅读|新闻|推荐|文章|资讯|报道|导读|排行榜?|喜欢|回顾|评论|热点|热门|头条|热搜|点阅|视频|图片|内容|信息|稿件|专题|图集|更新|关注|日志|博文)"
)

# the article ends above such a line
END = (
    _rule(
        "editor line",
        r"(?:本文|本期|网络|网站|值班|新媒体|文字|实习|见习|执行)?(?:责任编辑|责编|编辑|责任编缉|编审|责任校对)"
        r"\s*[:：/／丨|｜︱].{0,60}",
        longest=90,
    ),
    _rule(
        "previous and next",
        r"[上下]\s?[一1]\s?(?:篇|条|则|页|期|个|编)(?:文章|新闻)?\s*[】\]）)]?\s*(?:[:：>«【\s].{0,120})?",
        longest=160,
    ),
    _rule(
        "related",
        rf"{_TOPIC}(?:推荐|排行)?\s*[:：>＞]*\s*(?:更多.{{0,4}})?",
        r"(?:大家都在看|大家还看了|相关文档|栏目列表|推荐内容|热门点击排行榜|一周热门|特别推荐|猜您喜欢|新闻排行)\s*[:：]?",
        longest=24,
    ),
    _rule("links", r"(?:相关链接|延伸阅读|友情链接)\s*[:：]?", longest=24),
    _rule(
        "comments",
        r"(?:(?:网友|用户|我要|发表|最新|最热|热门|相关|全部|查看|写)评论|网友留言|评论列表|评论区|跟[帖贴]\S{0,12}|来说两句.{0,6}|"
        r"说点什么.{0,4}|我来说两句.{0,8}|发布者资料)\s*[:：]?(?:\s*[（(]?\d+[）)]?\s*条?)?",
        r"已有\s*\d*\s*(?:人|条|位).{0,20}(?:参与|评论|点击).{0,20}|\d+\s*条评论.{0,10}|文明上网.{0,40}|网友评论仅供.{0,60}",
        r"请自觉遵守互联网.{0,60}|请遵守.{0,20}(?:法律|法规).{0,40}",
        longest=100,
    ),
    _rule(
        "login form",
        r"(?:用户名|密码|验证码|登录\S{2,12}账号|发送验证码|请输入.{0,10}验证码|快速登录|匿名发表)\s*[:：]?.{0,30}",
        longest=60,
    ),
    _rule(
        "statement",
        r"(?:免责|版权|免责及版权|特别|郑重|重要|侵权|本网|本站)(?:声明|申明)[】\]）)]?\s*(?:[:：].*)?",
        r"(?:(?:免责|版权)(?:说明|提示)|反侵权公告)[】\]）)]?\s*(?:[:：].*)?",
        r"(?:以上内容|本站|本网站?|本页面|声明[:：]).{0,80}(?:快照|采集|爬虫|不代表|转载|版权|侵权|立场|免责).*",
        r"凡(?:本网|本站|注明).{0,80}(?:来源|转载|版权|侵权|稿件|作品).*",
        longest=400,
    ),
    _rule("divider", r"[-—_=─━－]{4,}\s*(?:分隔线|分割线|THE END|END)\s*[-—_=─━－]*"),
    _rule("snapshot", r"(?:快照(?:生成)?时间|采集时间|抓取时间)\s*[:：].*"),
)

END_ABOVE_LINKS = frozenset(("related", "links"))
"""Rules of END that end the article only where links follow: newspapers print boxes of text under these words too."""

# 鄂ICP备…, 版权所有, 主办单位：…, 地址：… 邮编：…, 页次：2/2 … 尾页
FOOTER_RE = re.compile(
    r"ICP[备证]|公网安备|版权所有|copyright|all rights reserved|许可证|网站标识码|违法和不良信息|举报电话|"
    r"联系地址[:：]|"
    r"国内统一刊号|(?:主办|承办|建设|技术支持)(?:单位)?[:：]|邮编\s?[:：]|(?:管理员|联系|咨询|客服|办公|值班)电话\s?[:：]|页次[:：]|"
    r"(?:上一页|下一页|尾页|首页)\s?[|\s]\s?(?:上一页|下一页|尾页|末页)",
    re.IGNORECASE,
)

# 来源： (empty) 点击: 38 次 【字号 大 中 小】
COUNTER_LABEL_RE = re.compile(
    r"^\W{0,3}(?:来\s*源|作\s*者|编\s*辑|责任编辑)\s*[:：]|"
    r"(?:点击(?:数|率|量|次数)?|浏览(?:量|次数|数)?|阅读(?:量|次数|数)?|访问(?:量|次数)|人气|字号|字体|发布(?:者|人|机构))\s*[:：]"
)

# 视觉中国 资料 · 记者 李梦馨 摄 · 公安分局供图
CAPTION_RE = re.compile(r"(?:摄|供图|制图|资料图?|图片|截图|视频|摄影|来源：\S{2,8})[）)。]?\s*\S{0,6}$")

# what a document encloses is part of it, though it is a link: `附件1：申报表`
ATTACHMENT_RE = re.compile(r"附件|附表|附：")
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


def is_document_row(text: str) -> bool:
    """`发文机关：吉林省人民政府`: a row of the table above a government document."""
    return bool(DOCUMENT_TABLE_RE.match(text) or _DOCUMENT_ROW_RE.match(text))
