"""Articles made by program, as many as wanted: our own grammar and words, the lengths of a real county portal.

Lengths follow the quantiles of 1,662 articles of one portal; names of companies, people and villages are drawn from
characters with frequencies that fall as in Chinese, so that an index of them has as many rare words as a real one.
Each article has a few words of its own that it keeps coming back to. So of its stretches of five characters as many
stand in other articles as in real news: of 400 articles of a real portal a quarter stand in another one as well and a
tenth in a hundredth of them, and the nearest other article has one in twenty; here a third, a fifth and one in ten.
An eighth of the pages shows a text that another page had before, a twentieth a version of one.
"""

import random
from bisect import bisect
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import accumulate

from bench.reprint_texts import VERSIONS
from cleaners import Article
from cleaners.fingerprint import content_hash
from cleaners.schema import CHINA, DateOrigin, Precision, Script

_SHARES = (0.0, 0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.99, 1.0)
_LENGTHS = (40, 94, 219, 279, 401, 554, 777, 1576, 2631, 6217, 12000)
"""Characters of a body at these shares of the articles."""
PORTALS = 300
REPEATED = 1 / 8
EDITED = 1 / 20
_FIRST_DAY = datetime(2004, 1, 1, tzinfo=CHINA)
_DAYS = 7300

_SYLLABLES = (
    "明华国文建军志伟海东金玉春林德永新成光天云龙江山平安宏福康泰兴荣昌盛达利通恒信诚博远航宇星辰晨阳晓丽娟芳敏静秀英慧兰桂莲梅雪"
    "青白红石桥溪河湖塘湾坡岭坪冲畈垸洲港汊墩店集市场口门城关官王李张刘陈杨黄赵周吴徐孙朱马胡郭何高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢傅钟姜崔谭"
    "沐澜沁泓滢澄涛浩瀚渊源汇聚鑫磊森焱垚锦绣绮纶缘谊谦谨慎勤俭朴实善良仁义礼智忠孝廉耻和睦融洽凌霄昊旭昕昀昱晟暄暖曦煜炜烨炳灿焕熙燕"
    "鹏鸿鹤鹰鸣凤凰麒麟骏驰骋腾跃飞翔翰墨砚笔琴棋书画诗词歌赋韵律笙箫笛鼓钟磬铃铎"
)
_WEIGHTS = list(accumulate(1 / (n + 4) for n in range(len(_SYLLABLES))))


def _names(rng: random.Random, count: int, length: tuple[int, ...], ending: tuple[str, ...] = ("",)) -> list[str]:
    return [
        "".join(rng.choices(_SYLLABLES, cum_weights=_WEIGHTS, k=rng.choice(length))) + rng.choice(ending)
        for _ in range(count)
    ]


_LEXICON = """
when: 今年以来 近日 昨日 日前 上半年 一季度 近年来 当天上午 会后 随后 截至目前 同期 连日来 本月
who: 县委书记 县长 副县长 县招商局 县发改局 开发区管委会 镇党委 代表团 工作专班 企业负责人 客商 县领导 考察组
who: 乡镇干部 商会会长 项目部 投资方 县融媒体中心 村支书 园区企业
how: 带队 主动 积极 全力 扎实 深入 精准 进一步 多次 稳步 加快 切实 认真 先后 共同 集中 持续 逐一
do: 推进 对接 考察 签订 落实 招引 服务 走访 洽谈 调研 建设 引进 优化 完善 推动 跟踪 解决 协调 开展 召开 举行 参观
what: 招商引资工作 项目建设 营商环境 产业链条 战略合作框架协议 重点项目 标准厂房 基础设施 用地手续 要素保障
what: 投资意向 现代农业 电子信息产业 新材料项目 食品加工项目 物流园区 文化旅游 专题会议 签约仪式 座谈会 企业需求
what: 中国中部崛起战略 承接产业转移 乡村振兴 生态环境 惠企政策 融资渠道 用工问题 人才队伍 技术改造
result: 取得新进展 见到实效 进展顺利 成效明显 势头良好 再上新台阶 赢得好评 全面铺开 如期完成 创历史新高 奠定基础
result: 得到保障
unit: 亿元 万元 家 个 亩 平方米 人 公里 吨 台 户 %
verb: 总投资 新签约 占地 预计年产值 实现税收 新增就业 同比增长 完成 到位资金 引进企业 建成厂房 面积达
link: ，其中 ，并 ，同时 ，据介绍 ，目前 ，下一步 ，为此 ，力争 ，随着 ，围绕 ，通过
place: 在深圳 在东莞 在武汉 在长三角 在县会议中心 在园区 在现场 到北京 赴广州 赴上海 在项目工地 在各乡镇
"""
_WORDS: dict[str, list[str]] = {}
for _line in _LEXICON.split("\n")[1:-1]:
    _name, _, _words = _line.partition(": ")
    _WORDS.setdefault(_name, []).extend(_words.split())

_CLAUSES = [
    tuple(pattern.split())
    for pattern in (
        "when who how do topic what", "topic place do what", "company topic result", "topic verb number unit",
        "who do company topic", "topic what result", "village topic result", "person 介绍说",
        "place topic how do topic", "company 与 topic do what", "village verb number unit",
        "topic person how do topic", "link company verb number unit",
    )
]  # fmt: skip
_TOPIC = sorted({char for word in _WORDS["what"] + _WORDS["who"] for char in word} | set(_SYLLABLES))
_SECTIONS = ("新闻中心", "政务动态", "招商引资", "乡镇传真", "部门动态", "通知公告")


class ArticleMaker:
    """Makes the same articles for the same seed."""

    def __init__(self, seed: int = 1):
        rng = self._rng = random.Random(seed)
        self.words = dict(_WORDS)
        self.words["company"] = _names(rng, 40_000, (2, 2, 3), ("公司", "集团", "实业", "科技公司", "电子", "食品厂"))
        self.words["village"] = _names(rng, 8_000, (1, 2, 2), ("镇", "村", "乡", "社区", "园区"))
        self.words["person"] = _names(rng, 30_000, (2, 3, 3))
        self.portals = _names(rng, PORTALS, (2,), ("网", "政府网", "新闻网"))
        self._portal_weights = list(accumulate(1 / (n + 3) for n in range(PORTALS)))
        self._clauses = [tuple(self.words.get(part, part) for part in clause) for clause in _CLAUSES]

    def articles(self, count: int) -> Iterator[Article]:
        """`count` pages; some show a text that one of the last pages before showed."""
        rng = self._rng
        recent: list[tuple[str, str, str]] = []
        for number in range(count):
            if recent and rng.random() < REPEATED:
                title, text, digest = rng.choice(recent)
            else:
                if recent and rng.random() < EDITED:
                    title, text, _ = rng.choice(recent)
                    text = rng.choice(list(VERSIONS.values()))(text, rng)
                else:
                    title, text = self._text()
                digest = content_hash(text)
                recent.append((title, text, digest))
                del recent[:-500]
            yield self._article(number, title, text, digest)

    def _article(self, number: int, title: str, text: str, digest: str) -> Article:
        rng = self._rng
        which = bisect(self._portal_weights, rng.random() * self._portal_weights[-1])
        published = _FIRST_DAY + timedelta(days=rng.randrange(_DAYS), minutes=rng.randrange(1440))
        url = f"http://www.portal{which}.gov.cn/xwzx/bmdt/{published:%Y%m}/t{published:%Y%m%d}_{number:08}.html"
        return Article(
            url=url,
            canonical_url=url,
            portal=f"portal{which}",
            title=title,
            text=text,
            published_at=published,
            published_raw=f"{published:%Y-%m-%d %H:%M}",
            published_from=DateOrigin.INFO_LINE,
            published_precision=Precision.MINUTE,
            source=self.portals[which],
            authors=(rng.choice(self.words["person"]),) if number % 3 else (),
            editors=(rng.choice(self.words["person"]),) if number % 2 else (),
            section=("新闻中心", rng.choice(_SECTIONS)),
            script=Script.HANS,
            encoding="utf-8",
            layout="trafilatura",
            content_hash=digest,
            fetched_at=datetime.fromtimestamp(1_700_000_000 + number, CHINA),
            cleaner_version="1",
        )

    def _text(self) -> tuple[str, str]:
        """A headline and a body."""
        rng = self._rng
        share = rng.random()
        at = bisect(_SHARES, share) - 1
        low, high = _LENGTHS[at], _LENGTHS[at + 1]
        length = low + (high - low) * (share - _SHARES[at]) / (_SHARES[at + 1] - _SHARES[at])
        topic = ["".join(rng.choices(_TOPIC, k=rng.choice((2, 2, 3)))) for _ in range(4 + int(length) // 60)]
        paragraphs, so_far = [], 0
        while so_far < length:
            paragraph = "".join(f"{self._sentence(rng.choice((2, 3, 4, 5)), topic)}。" for _ in range(3))
            paragraphs.append(paragraph)
            so_far += len(paragraph)
        return self._sentence(rng.choice((1, 1, 2)), topic)[:30], "\n".join(paragraphs)

    def _sentence(self, clauses: int, topic: list[str]) -> str:
        chance = self._rng.random
        parts = []
        for _ in range(clauses):
            clause = self._clauses[int(chance() * len(self._clauses))]
            words = [
                part[int(chance() ** 2 * len(part))] if isinstance(part, list) else
                str(int(chance() * 1000)) if part == "number" else
                topic[int(chance() * len(topic))] if part == "topic" else part
                for part in clause
            ]  # fmt: skip
            parts.append("".join(words))
        return "，".join(parts).replace("，，", "，").lstrip("，")
