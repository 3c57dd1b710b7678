"""What the dictionaries of OpenCC leave undone for a mainland reader. Data, and the one rule that needs a pattern."""

import re

# Traditional phrase -> Simplified phrase, added to TSPhrases.txt and stronger than its characters.
# Place names with 乾 (qián), which the characters alone would make 干: 乾安县 in 吉林, 乾县 in 陕西, 乾州 in 湖南
_NAMES = """
乾安 乾安
乾縣 乾县
乾州 乾州
乾務 乾务
乾潭 乾潭
乾元 乾元
乾佑 乾佑
乾陵 乾陵
乾禮 乾礼
乾封 乾封
乾德 乾德
乾源 乾源
乾豐 乾丰
乾龍 乾龙
乾西 乾西
乾東 乾东
乾照光電 乾照光电
鮀江 鮀江
鮀浦 鮀浦
鮀蓮 鮀莲
鮀濟 鮀济
鮀島 鮀岛
濛陽 濛阳
濛江 濛江
濛洲 濛洲
"""

# Words where the package's dictionaries (of 2016) choose another character than the mainland does.
_WORDS = """
批覆 批复
覆核 复核
覆議 复议
覆查 复查
覆審 复审
覆檢 复检
覆診 复诊
覆賽 复赛
覆試 复试
覆述 复述
覆工 复工
覆課 复课
覆甦 复苏
批複 批复
大相逕庭 大相径庭
拚命 拼命
拚搏 拼搏
打拚 打拼
拚搶 拼抢
拚裝 拼装
拚圖 拼图
勃谿 勃谿
地祇 地祇
神祇 神祇
祇園 祇园
祇樹 祇树
沈浸 沉浸
沈重 沉重
沈默 沉默
沈澱 沉淀
甚麼 什么
甚麽 什么
榖城 谷城
藉著 借着
憑藉著 凭借着
藉此 借此
瞭若 了若
不甚瞭 不甚了
彷若 仿若
"""

# 昇 is 升 in words and stays 昇 in names (王昇, 昇平路, 東昇集團): the list of 2013 allows it there.
_RISE_WORDS = (
    "提昇 上昇 回昇 攀昇 躍昇 飆昇 爬昇 遞昇 晉昇 直昇 抬昇 擢昇 高昇 陡昇 急昇 飛昇 推昇 拉昇 昇級 昇值 昇學 "
    "昇溫 昇華 昇空 昇高 昇旗 昇降 昇任 昇遷 昇職 昇等 昇格 昇息 昇起 昇至 昇到 昇天 昇幅 昇火"
)

# Single characters: variants that no Traditional text means otherwise.
# 陜 (shǎn with 夾) stands for 陝 in the output of careless converters: `陜西`.
_VARIANTS = "陜陕 祇只 衹只 妳你 牠它 痺痹 谿溪 舖铺 擡抬 昇昇 鮀鮀 裡里 逕径 佈布 麪面 煑煮 疎疏 羣群 峯峰"
_VARIANTS += " 吿告 衞卫 遶绕 尅克 枱台 碁棋 鮰鮰 魟魟 礐礐"
_VARIANTS += " 綫线 敎教 戸户 値值 內内"

PHRASES: dict[str, str] = {
    **dict(line.split() for line in (_NAMES + _WORDS).split("\n") if line),
    **dict.fromkeys(_RISE_WORDS.split(), ""),
}
"""Phrase to its mainland form; empty means: every character by itself, with 昇 as 升."""

VARIANTS: dict[str, str] = {pair[0]: pair[1] for pair in _VARIANTS.split()}

# 著 is 着 (zhe, zháo, zhuó) but for the words of writing and fame (zhù). `貼著便利貼` but 著名, 显著, 著作, 名著.
# Behind it stands a word of zhù, before it the second half of one; 起著作用 and 写著名字 are zhe before another word.
_ZHE_RE = re.compile(
    r"著(?<![名巨论原译遗专编合显卓昭较拙土撰新旧所]著)(?!作(?!用|为|出|主|乐)|[名称述者录](?![单额叫为字])|书[立人中籍]|于[《竹史])"
    r"|著(?=[想手眼陆])"
)

# `（莫言著）`, `曹雪芹 著`, `《三体》刘慈欣著`, `著有《活着》`
_WRITER_RE = re.compile(
    r"[（(][^（()）\n]{1,9}著[)）]|[ 　]著(?![\w])|》[\w·]{2,4}著(?!\w)|(?<![\w])著有|[曾并还先后]著有|著有《"
)


def finish_zhe(text: str) -> str:
    """`贴著` to `贴着`; leaves 著名, 显著, 著作, 名著, 编著 and a writer's 著 (`（莫言著）`, `曹雪芹 著`) alone.

    >>> finish_zhe("墙上贴著一张著名的地图，有著显著的作用")
    '墙上贴着一张著名的地图，有着显著的作用'
    """
    if "著" not in text:
        return text

    def finish(match: re.Match[str]) -> str:
        following = text[match.end() : match.end() + 1]
        if following != "有" and following.isalnum():  # a verb goes on: `贴著一张`
            return "着"
        return match[0] if _WRITER_RE.search(text, max(0, match.start() - 12), match.end() + 2) else "着"

    return _ZHE_RE.sub(finish, text)
