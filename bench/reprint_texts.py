"""Texts to try the search for reprints on: county news from a grammar of our own, versions of a text, and look-alikes.

Everything is made by a `random.Random` that the caller seeds. The grammar strings clauses of names, words and figures
together, with stock phrases and standing tail lines as often as local news has them; lengths follow `LENGTHS`, measured
on 2,117 real bodies (a county portal and pages of a hundred others).
"""

import math
import re
from collections.abc import Callable
from itertools import pairwise
from random import Random

LENGTHS = (
    (0.0, 60), (0.01, 93), (0.05, 213), (0.10, 271), (0.25, 395), (0.50, 566), (0.75, 848), (0.90, 2006), (0.95, 3454),
    (0.99, 9539), (1.0, 20000),
)  # fmt: skip
"""Share of real bodies that are no longer than so many characters."""


def _words(text: str) -> list[str]:
    return text.split()


_WHO = _words("""
县委书记 县长 副县长 县政府 县委常委会 招商局 发改局 经信局 财政局 农业农村局 住建局 市场监管局 税务局 教育局
卫健局 文旅局 开发区 工业园 乡镇党委 驻村工作队 村委会 网格员 志愿者 党员干部 企业负责人 项目经理 种植大户
返乡青年 技术员 车间主任 合作社 商会 考察组 督导组 专家组 调研组 领导小组 纪委监委 统战部 宣传部 组织部 团县委
妇联 工商联 科协 残联 消防救援大队 交警大队
""")
_DOES = _words("""
签订 启动 推进 调研 考察 检查 督办 走访 召开 举行 落实 破解 建成 投产 引进 培育 改造 扩建 完善 打造 出台 兑现
协调 摸排 整治 巡查 宣讲 培训 表彰 验收 开通 发放 减免 盘活 收储 流转 种下 收获 检修 翻新 铺设 拆除 审批 备案
公示 受理 办结 回访 登记 抢修
""")
_WHAT = _words("""
招商引资 战略合作协议 标准厂房 生产线 电子元件 食品加工 新型建材 生物医药 汽车零部件 光伏电站 冷链物流 乡村旅游
茶叶基地 蔬菜大棚 稻虾共作 油茶林 人居环境 污水管网 农村公路 老旧小区 幼儿园 卫生室 文化广场 水库除险 高标准农田
电商直播 就业帮扶 技能培训 营商环境 行政审批 一窗通办 帮办代办 用工缺口 融资需求 土地指标 环评手续 安全生产
森林防火 防汛抗旱 秸秆禁烧 河道清淤 扫黑除恶 普法宣传 读书活动 运动会 广场舞 戏曲展演 非遗技艺 义诊活动 献血活动
志愿服务 反诈宣传 交通秩序 消费维权 药品抽检 校园食堂 困难群众 留守儿童
""")
_HOW = _words("""
全力 扎实 稳步 加快 深入 持续 率先 主动 及时 逐一 共同 认真 连续 分批 提前 如期 全面 重点 统一 严格 积极 联合
集中 就近 上门 现场 当天 连夜 随后 目前 同时 此外 据介绍 近年来 今年以来 下一步 近日 日前 上午 下午 当晚 其间
为此 因此 去年 年初 年底 本月 上月
""")
_OF = _words("""
的 新 大型 首个 重点 在建 配套 智能 绿色 优质 特色 一批 部分 全部 二期 高端 小型
民营 返乡 社区 沿线 周边 村级 数字 现代
""")
_RESULT = _words("""
面貌焕然一新 群众拍手称赞 效率提高了不少 问题得到解决 收入有了着落 进度超过预期 手续当天办完 客商当场点头
效果看得见 订单排到了年底 路好走了 水变清了 孩子们笑了 心里踏实了 工期缩短一半 成本降下来了 名气传开了
日子有了盼头 设备满负荷运转 村里热闹起来
""")
_UNITS = _words("个 家 亿元 万元 亩 公里 人 户 吨 平方米 台 场次 件 名 余万株 %")
_STOCK = """会议强调，要提高政治站位，压实工作责任，确保各项任务落到实处。
要坚持以人民为中心的发展思想，切实解决群众急难愁盼问题。
县领导参加活动。
会议传达学习了上级有关会议精神，研究部署下一阶段工作。
各级各部门要强化担当，主动作为，形成齐抓共管的工作合力。
要牢固树立安全发展理念，严格落实安全生产责任制。
要进一步优化营商环境，当好服务企业的店小二。
在座谈会上，与会人员围绕主题踊跃发言，气氛热烈。
为全面建成小康社会、推动县域经济高质量发展作出新的更大贡献。
会议由县委副书记主持，县委常委出席，各乡镇主要负责人参加会议。
要认真贯彻落实全会精神，以实际行动践行初心使命。
此次活动旨在丰富群众文化生活，弘扬中华优秀传统文化。
下一步，我县将继续加大工作力度，为群众办更多实事好事。
他表示，将坚定信心、扎根本地，把企业做大做强。""".splitlines()
_PAPERS = _words("""
申请书原件 法定代表人身份证复印件 营业执照副本 场所使用证明 经办人委托书 技术人员资格证书 安全管理制度 验资报告
环境影响评价文件 上级主管部门批文
""")
_PLACE_FIRST = _words("""
青澜 石泉 云谷 白沙 双溪 龙湾 金坪 枫林 松岭 长滩 柳河 桃源 梅岭 竹山 银杏 荷塘 鹿鸣 凤凰 清水 望江
""")
_SYLLABLES = "安博昌德恒富光宏华嘉佳建金晶康隆茂明宁鹏普启荣瑞盛顺泰通威祥鑫兴旭亚永宇裕源远正志中众卓"
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平刚桂英华玉萍红娥玲芬燕彩春菊凤洁梅琳素云莲真环雪荣爱妹香月莺媛"
_CHARS = "".join(sorted(set("".join(_WHO + _DOES + _WHAT + _RESULT + [_SURNAMES, _SYLLABLES]))))
_FIGURE_RE = re.compile(r"\d+(?:\.\d+)?")
_SENTENCE_RE = re.compile(r"[^。！？\n]*[。！？\n]?")

Edit = Callable[[str, Random], str]


def make_article(rng: Random, letters: int | None = None) -> str:
    """County news of about so many characters; as long as real news if nothing is said. Paragraphs one a line."""
    letters = letters or make_length(rng)
    county = f"{rng.choice(_PLACE_FIRST)}{rng.choice(('县', '市', '区'))}"
    topic = [make_name(rng) for _ in range(4 + letters // 60)]
    parts = [f"本报讯（记者 {make_person(rng)}）" if rng.random() < 0.6 else ""]
    length = 0
    while length < letters:
        sentence = rng.choice(_STOCK) if rng.random() < 0.04 else make_sentence(rng, county, topic)
        if rng.random() < 0.3:
            sentence += "\n"
        parts.append(sentence)
        length += len(sentence)
    return "".join(parts).strip()


def make_length(rng: Random) -> int:
    """A length as real news has it: between the two nearest measured ones, on a logarithmic scale."""
    share = rng.random()
    for (low, short), (high, long) in pairwise(LENGTHS):
        if share <= high:
            part = (share - low) / (high - low)
            return round(math.exp(math.log(short) + part * (math.log(long) - math.log(short))))
    return LENGTHS[-1][1]


def make_sentence(rng: Random, county: str, topic: list[str]) -> str:
    """Some clauses about the names that an article keeps coming back to."""
    choose = rng.choice
    clauses = []
    for _ in range(rng.randint(1, 4)):
        kind = rng.random()
        if kind < 0.3:
            clauses.append(f"{choose(_HOW)}{choose(_WHO)}{choose(_DOES)}{choose(topic)}{choose(_OF)}{choose(_WHAT)}")
        elif kind < 0.5:
            clauses.append(f"{choose(topic)}{choose(_DOES)}{choose(_WHAT)}{make_figure(rng)}{choose(_UNITS)}")
        elif kind < 0.65:
            clauses.append(f"{make_town(rng)}{make_person(rng)}{choose(_DOES)}{choose(topic)}{choose(_RESULT)}")
        elif kind < 0.75:
            clauses.append(f"{county}{choose(topic)}{choose(_HOW)}{choose(_DOES)}{choose(topic)}")
        elif kind < 0.85:
            clauses.append(f"{make_firm(rng)}{choose(_HOW)}{choose(_DOES)}{choose(topic)}{choose(_WHAT)}")
        else:
            clauses.append(f"{choose(topic)}和{choose(topic)}{choose(_RESULT)}")
    return "，".join(clauses) + "。"


def make_name(rng: Random) -> str:
    """A word that hardly another article has: of a village, a brand, a project."""
    return "".join(rng.choice(_CHARS) for _ in range(rng.choice((2, 2, 3))))


def make_figure(rng: Random) -> str:
    return f"{rng.randint(1, 99)}.{rng.randint(1, 9)}" if rng.random() < 0.4 else str(rng.randint(2, 4000))


def make_person(rng: Random) -> str:
    return rng.choice(_SURNAMES) + rng.choice(_GIVEN) + (rng.choice(_GIVEN) if rng.random() < 0.6 else "")


def make_firm(rng: Random) -> str:
    return f"{''.join(rng.choice(_SYLLABLES) for _ in range(rng.randint(2, 3)))}公司"


def make_town(rng: Random) -> str:
    return f"{rng.choice(_SYLLABLES)}{rng.choice(_SYLLABLES)}{rng.choice('镇乡村')}"


def make_report(rng: Random, county: str, length: int = 14) -> list[str]:
    """Formulas of a quarterly report, `{}` for each figure: two counties or two quarters differ in the figures only."""
    lines = []
    for _ in range(length):
        what, other = rng.choice(_WHAT), rng.choice(_WHAT)
        lines.append(
            rng.choice(
                (
                    f"{county}完成{what}投资{{}}亿元，同比增长{{}}%，占全年任务的{{}}%。",
                    f"{what}新增{{}}家，其中规模以上{{}}家，实现产值{{}}亿元。",
                    f"全县{what}达到{{}}万元，比上年同期多{{}}万元，{other}增长{{}}%。",
                    f"共{rng.choice(_DOES)}{what}{{}}个，总投资{{}}亿元，已开工{{}}个。",
                    f"{other}居全市第{{}}位，{what}完成{{}}%，{rng.choice(_RESULT)}。",
                )
            )
        )
    return lines


def fill_report(rng: Random, lines: list[str]) -> str:
    return "\n".join(line.format(*(make_figure(rng) for _ in range(line.count("{}")))) for line in lines)


# versions of a text


def edit_spread(share: float) -> Edit:
    """So many of the characters replaced, doubled by another or left out, here and there."""

    def edit(text: str, rng: Random) -> str:
        out = []
        for char in text:
            draw = rng.random()
            if draw >= share:
                out.append(char)
            elif draw < share / 3:
                out.append(rng.choice(text))
            elif draw < 2 * share / 3:
                out += (char, rng.choice(text))
        return "".join(out)

    return edit


def edit_blocks(share: float, blocks: int = 3) -> Edit:
    """So many of the characters in a few stretches replaced by new wording, left out, or added."""

    def edit(text: str, rng: Random) -> str:
        size = max(1, round(len(text) * share / blocks))
        for _ in range(blocks):
            at = rng.randrange(max(1, len(text) - size))
            new = make_article(rng, size)[:size]
            kind = rng.randrange(3)
            text = text[:at] + (new if kind != 1 else "") + text[at + (size if kind != 2 else 0) :]
        return text

    return edit


def cut_lead(text: str, rng: Random) -> str:
    return text[rng.randint(len(text) // 20, len(text) // 2) :]


def cut_tail(text: str, rng: Random) -> str:
    return text[: len(text) - rng.randint(len(text) // 20, len(text) // 2)]


def keep_half(text: str, rng: Random) -> str:
    return text[: len(text) // 2] if rng.random() < 0.5 else text[len(text) // 2 :]


def drop_sentences(text: str, rng: Random) -> str:
    """A third of the sentences left out."""
    return "".join(sentence for sentence in _SENTENCE_RE.findall(text) if rng.random() > 1 / 3) or text


def change_headline(text: str, rng: Random) -> str:
    """Another headline above the text, and another place line before it."""
    place = rng.choice(_PLACE_FIRST)
    return (
        f"{place}{rng.choice(_HOW)}{rng.choice(_DOES)}{rng.choice(_WHAT)}\n{place}讯（通讯员 {make_person(rng)}）{text}"
    )


def add_frame(text: str, rng: Random) -> str:
    """A header and a footer, as a page has them."""
    place = rng.choice(_PLACE_FIRST)
    return (
        f"{place}新闻网 {rng.randint(1, 12)}月{rng.randint(1, 28)}日讯 来源：{place}日报 作者：{make_person(rng)}\n"
        f"{text}\n"
        f"（责任编辑：{make_person(rng)}）声明：本网转载旨在传递更多信息。"
    )


def join(text: str, other: str, rng: Random) -> str:
    return f"{text}\n{other}" if rng.random() < 0.5 else f"{other}\n{text}"


VERSIONS: dict[str, Edit] = {
    "headline, place line": change_headline,
    "header, footer": add_frame,
    "lead cut": cut_lead,
    "tail cut": cut_tail,
    "half": keep_half,
    "sentences dropped": drop_sentences,
    "1 % edited": edit_spread(0.01),
    "3 % edited": edit_spread(0.03),
    "5 % edited": edit_spread(0.05),
    "10 % edited": edit_spread(0.10),
    "3 % in blocks": edit_blocks(0.03),
    "10 % in blocks": edit_blocks(0.10),
}


# texts that only look alike


def change_figures(text: str, rng: Random) -> str:
    """The same words with other figures of the same length."""

    def other(match: re.Match[str]) -> str:
        new = "".join(rng.choice("123456789") if char.isdigit() else char for char in match[0])
        return new if new != match[0] else str(rng.randint(10, 99))

    return _FIGURE_RE.sub(other, text)


def share_half(one: str, two: str, three: str) -> tuple[str, str]:
    """Two texts of one length that have their first half in common and nothing else."""
    shared, first, second = sorted((one, two, three), key=len)
    return f"{shared}\n{first[: len(shared)]}", f"{shared}\n{second[-len(shared) :]}"


def make_forms(rng: Random, count: int) -> list[str]:
    """Guides of one office to different matters: the same labels, the same stock of answers, another name in each."""
    county, office = f"{rng.choice(_PLACE_FIRST)}县", rng.choice(_WHO)
    phone = f"07{rng.randint(10, 99)}-6{rng.randint(100000, 999999)}"
    papers = [f"{number}、{rng.choice(_WHAT)}{paper}；" for number, paper in enumerate(_PAPERS, 1)]
    forms = []
    for _ in range(count):
        kind = rng.choice(("设立", "变更", "注销", "延续", "备案")) + rng.choice(("登记", "许可", "审批"))
        matter = rng.choice(_WHAT) + kind
        lines = (
            f"事项名称 {matter}", f"受理机构 {county}{office}", "办理时间 周一至周五上午8:00-12:00，下午14:30-17:30",
            f"办理地点 {county}行政服务中心二楼{office}窗口", f"联系方式 {phone}", f"服务内容概述 {matter}",
            "政策法规依据 《中华人民共和国行政许可法》及有关规定", "服务对象 本县范围内的单位和个人",
            "申请材料 " + "".join(rng.sample(papers, 6)), "办理程序 申请、受理、审查、决定、送达，材料不全的一次告知",
            "法定时限 20个工作日，承诺时限5个工作日", "收费标准 不收费", f"监督电话 {phone}，欢迎社会各界监督",
        )  # fmt: skip
        forms.append("\n".join(lines))
    return forms


def make_phrase_list(rng: Random, phrases: list[str], share: float = 0.5) -> str:
    """So many of the given standard phrases, in an order of its own."""
    return "\n".join(rng.sample(phrases, max(1, round(len(phrases) * share))))
