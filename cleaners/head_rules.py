"""Lines that templates set above the first paragraph, as data. head_lines.py says when they are dropped."""

from cleaners.furniture import BUTTONS, PAGER, SHARE_TARGETS
from cleaners.line_rules import IN_BRACKET, MEDIUM, rule_of

# above the first paragraph
HEAD = (
    rule_of(
        "breadcrumb",
        r"(?:您?(?:现在|当前|目前)?所?在?的?位置|您?(?:现在|当前)的位置(?:是)?|当前位置|当前栏目)\s*[:：].{0,80}",
        r"(?:您?(?:现在|当前|目前)?所?在的?位置|当前位置|位置)\s*(?:是)?\s*[:：]?\s*(?=.*(?:首页|[>＞»›])).{0,80}",
        r"(?:[一-龥]{2,8}网?\s*[>＞»›]+\s*)?(?:网站)?首\s?页\s*(?:>|＞|»|›|→|-|/|·|&gt;).{1,80}",
        r"[一-龥\w·]{2,12}(?:\s*[>＞»›]{1,2}\s*[一-龥\w·、]{2,16}){1,5}\s*[>＞»›]*\s*(?:正文|内容)?\s*",
        longest=120,
    ),
    BUTTONS,
    SHARE_TARGETS,
    rule_of("breadcrumb", r"(?:新闻|文章)?正文", r"(?:网站)?首页(?:\s*[|｜]\s*[一-龥A-Z]{1,8}){2,}.*"),
    rule_of("font size", r"超大|特大|标准|[大中小]|默认|[大小]字号?"),
    rule_of(
        "edition",
        r"(?:当前版|版次|版面)\s*[:：]\s?第?\s?[A-Z]?\d{1,3}\s?版?.{0,12}|第\s?[A-Z]?\d{1,3}\s?版\s?[:：].{0,20}",
    ),
    rule_of("original title", rf"(?:本文)?原(?:文)?(?:标题\s*[:：]|题(?:为|目)){IN_BRACKET}", longest=160),
    rule_of(
        "reprint",
        rf"(?:本文)?(?:转自|转载自|来源于)\s*(?:[:：]\s*\S{{2,30}}|{MEDIUM})",  # 本文转自：淄博日报
        r"本文(?:首发|原载|刊载|刊发|发表)于[^，。]{2,40}",
        r"以下文章来源于.{2,40}",
        longest=60,
    ),
    rule_of("original", r"©?\s*原创(?![一-龥]).*", longest=60),  # ©原创   2021-06-04 09:31
    rule_of(
        "follow",
        r"\+?\s?(?:已)?关注(?:我们)?|点击(?:上方|蓝字|右上角).{0,20}(?:关注|订阅).{0,20}|\+?\s?订阅|取消关注",
        r"收录于(?:合集|话题).{0,30}|发表于\s?[一-龥]{2,4}|在小说阅读器(?:读本章|中沉浸阅读)|去阅读|#\S{2,16}\s*\d+\s?个",
    ),
    rule_of(
        "login",
        r"登录|注册|登录\s*[/|]?\s*注册|跳到主要内容|无障碍(?:辅助)?(?:浏览|阅读)?(?:工具条)?|立即打开|打开APP|APP下载|长者模式|简体|繁体|English",
    ),
    rule_of("comments", r"(?:发表|查看|我要)评论|\d*\s*(?:人参与|条?评论|人跟帖|跟贴)\s*\d*\s*(?:条)?(?:评论)?"),
    rule_of("counter", r"0|[2-9]|[1-9]\d{1,6}"),  # not 1 or 01: a chapter begins
    rule_of("info line", r"(?:0[1-9]|1[0-2])-[0-3]\d\s{1,3}[0-2]\d:[0-5]\d(?::\d\d)?"),
    rule_of("pager", rf"(?!0?1$)(?:{PAGER.pattern.pattern})"),
    rule_of("listen", r"(?:[听播](?:新闻|报|放)|语音播报|朗读|收听)\s*(?:[:：].*)?"),
)
