"""Names of people and of media, told from the words around them."""

import re

_OUTER = " \u3000\t\xa0[]【】|｜/-_:：;；,，、。.·>＞"
_EDGES = _OUTER + "（）()「」"
_BLANK_RE = re.compile(r"[\s\u3000]+")

# one character of two-character surnames is enough, and of the commonest names of the minorities
_SURNAMES = frozenset(
    "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎鲁韦昌马苗凤花"
    "方俞任袁柳酆鲍史唐费廉岑薛雷贺倪汤滕殷罗毕郝邬安常乐于时傅皮卞齐康伍余元卜顾孟平黄和穆萧尹姚邵湛汪祁毛禹狄米贝"
    "明臧计伏成戴谈宋茅庞熊纪舒屈项祝董梁杜阮蓝闵席季麻强贾路娄危江童颜郭梅盛林刁钟徐邱骆高夏蔡田樊胡凌霍虞万支柯管"
    "卢莫经房裘缪干解应宗丁宣邓郁单杭洪包诸左石崔吉钮龚程嵇邢滑裴陆荣翁荀羊惠甄曲家封储靳邴糜松井段富巫乌焦巴弓牧隗"
    "山谷车侯全郗班仰仲伊宫宁仇栾暴甘厉戎祖武符刘景詹束龙叶幸司韶郜黎蓟薄印宿白怀蒲邰从鄂索咸籍赖卓蔺屠蒙池乔阴胥能"
    "苍双闻莘党翟谭贡劳姬申扶堵冉宰郦雍璩桑桂濮牛寿通边扈燕冀尚农温别庄晏柴瞿阎充慕连茹习艾鱼容向古易慎戈廖庾终暨居"
    "衡步都耿满弘匡文寇广欧利蔚越师巩聂晁勾敖融冷辛阚那简饶曾沙养鞠丰巢关查后荆红游权盖益公仉督岳帅况亢郏涂付代肖闫"
    "揭佟覃兰邸苟迟仝展鹿阿买热努吐库格扎次达丹尼旦拉"
)
_DOUBLE_SURNAMES_RE = re.compile(
    "欧阳|上官|司马|诸葛|皇甫|尉迟|令狐|慕容|端木|司徒|东方|独孤|南宫|夏侯|长孙|宇文|公孙|轩辕|淳于|西门|闻人"
)
_HAN_RE = re.compile(r"[一-龥]")
_NAME_RE = re.compile(r"[一-龥]{2,4}|[一-龥]{1,8}(?:[·•・][一-龥]{1,8}){1,3}")
_NO_NAME_RE = re.compile(
    r"记者|通讯员|报道|摄影|编辑|供图|来源|作者|图片|文字|综合|整理|本报|本网|本台|新华社|人民网|日报|晚报|新闻|电视|中心|匿名|佚名|网友|未知|"
    r"管理员|不详|暂无|字体|打印|关闭|收藏|分享|评论|更多|首页|正文|今日|大字|小字|扫一扫|微信|微博|完$|待续|资料|返回|查看|点击|阅读|转载|原创|"
    r"校对|排版|责编|监制|审核|注明|时间|谢谢|好的|是的|什么|怎么|您好|你好|出自|选自|摘自|来自|原载|单位"
)
# 县委宣传部, 教务处, 办公室
_OFFICE_NAME_RE = re.compile(
    r"[一-龥]{1,14}(?:[部局办委院馆站室科处厅所校]|大学|公司|大队|支队|中队|街道|集团|支部|中心)(?P<name>[一-龥]{2,3})"
)
# words behind an office that begin with a surname: 董事长, 解读, 任职
_NO_STAFF_RE = re.compile(
    r".*[长员任记授]$|文[卫化教体]|花[园坛]|解[读释]|安[排全]|任[职免]|全[体国文]|经[济费理]|应急|成[立员]|管理|施[行工]|通[知告报]|时间|温馨|计划|万元|方[案面]|宣传|"
    r"花絮|融.|常务|平台|印发|公布|单位|双方|贺信|章程|习题|明确|严禁|许可|余额|项目|屈居|连线|向.*|于.*|从.*|和.*|都.*"
)
OFFICE_RE = re.compile(r"[一-龥]{2,16}(?:[部处科室办局委院馆校组]|大学|公司|大队|支队|中队|[村镇乡]|街道|集团|支部)")
PLACE_END_RE = re.compile(r"[省市县区镇乡村州山港街庄河湖江路]$")
# who wrote is not told: 作者：佚名
NOBODY_RE = re.compile(
    r"(?:匿名|佚名|无名|网络|网友|本站|本网|未知|不详|暂无|无|转载|转帖|原创|综合|整理|其他|其它|其他来源|互联网|来源|(?:系统|超级|网站)?管理员|站长|"
    r"admin\w*|administrator|root|test|editor|user|null|undefined|news|网站编辑|编辑部?|小编|责任编辑|记者|通讯员|发布者?)",
    re.IGNORECASE,
)
_REMARK_RE = re.compile(r"(?<=[一-龥A-Za-z0-9])[（(\[][^（）()\[\]]{0,16}[)）\]]")
# editors who sign by their login: alonliu; not NF055, admin
_LATIN_NAME_RE = re.compile(r"[A-Z][a-z]+(?: [A-Z][a-z]+){1,2}")  # 责编：Demi Xia
_FREE_RE = re.compile(r"[一-龥A-Za-z·]{2,20}")
# 作者：世界经济研究部部长，…
_TITLE_RE = re.compile(r"..(?:[部司局处会院校县市]长|(?:发起|创始|负责)人|主任|书记|教授|研究员|院士|经济学家|分析师)$")
_LOGIN_RE = re.compile(r"(?!admin|root|test|editor|user|null|undefined)[a-z]{2,16}")
_SOURCE_END_RE = re.compile(r"(?:19|20)\d\d\s?[-/.年]|[【\[](?:字|大|打印)|责任|点击|浏览|字号|\|")
# 2024-05-18 16:56发布于北京环球时报新媒体官方账号
PUBLISHED_BY_RE = re.compile(r"^发布于(?:黑龙江|内蒙古|[一-龥]{2})?([一-龥A-Za-z0-9]{2,20}?)(?:官方(?:账|帐)号)?$")
_NO_SOURCE_RE = re.compile(
    r"https?:|www\.|\w+=|(?:其他|其它|暂无|未知|不详|本站|本站原创|本站整理|原创|互联网|网络|转载|转载文章|网络转载|网络整理|综合|佚名|整理|"
    r"作者|编辑|责任编辑|时间|日期|发布时间|分享到?|打印|admin\w*|root|(?:系统|超级|网站)?管理员)$"
)
# the tail of a name in a byline
DEED_RE = re.compile(
    r"(?:[/／]\s?(?:[一-龥]{2,4})?报[导道]|[/／]\s?文.{0,6}(?:供图|[/／]\s?图|摄影?)|文[/／]?图|图[/／]?文|文|图|摄|报道|摄影报道|文并图|供图|摄影|供稿|撰稿|综合报道|整理|供稿|发自.{2,6})$"
)
_ROLE = (
    r"(?:特约|实习|见习|首席|全媒体|融媒体|融媒|文字|摄影)?(?:记者|通讯员|评论员|撰稿人?|实习生|通联员)|"
    r"(?:责任|网络|值班|实习|见习|新媒体|本期|首席|初审|执行)?(?:编辑|责编)|作者|文[/／]图|图[/／]文|采写|撰文|编审|审核|总?监制|"
    r"[一二三初复终]审|审校|编校审?|核稿|签发|总编|责任校对|"
    r"校对|摄影|美编|排版|制图|视频|统筹|策划|审读|整合|整理"
)
# `本报记者`, `江城日报全媒体记者`, `中青报·中青网记者`, `松花江网编辑`, `本报记者王晓明`
ROLE_TOKEN_RE = re.compile(
    rf"(?P<medium>[一-龥A-Za-z0-9·《》“”\"—/+-]{{0,20}}?)(?P<role>{_ROLE})(?P<name>.*)", re.DOTALL
)
_MEDIUM_RE = re.compile(
    r"(?:报|网|网站|客户端|台|广电|社|发布|融媒体?|中心|全媒体|传媒|在线|公众号|微信|微博|杂志|周刊|新闻|频道|APP|号|站|观察|视点|之声|时讯|"
    r"快讯|头条|论坛|门户|办公室|局|委|政府|商讯|财经|云上[一-龥]{2,4})$",
    re.IGNORECASE,
)
_MEDIUM_HEAD_RE = re.compile(r"^(?:云上|掌上|爱上|看)[一-龥]{2,4}$|^《[^》]{2,12}》$")  # 云上谷城, 《理财周刊》


def is_name(token: str, surname: bool = True) -> bool:
    """`王建宏`, `格桑边觉` (without the test of the surname), `阿不都·买买提`; not `本报讯`, `供图`."""
    if not _NAME_RE.fullmatch(token) or _NO_NAME_RE.search(token):
        return False
    return not surname or token[0] in _SURNAMES or "·" in token


def is_person(name: str) -> bool:
    """A name that begins with a surname and has the length of one; not `签约现场`."""
    return is_name(name) and (len(name) < 4 or "·" in name or bool(_DOUBLE_SURNAMES_RE.match(name)))


def split_office(token: str) -> str | None:
    """The name glued to an office, `县人社局韩克强`; None for every other word."""
    match = _OFFICE_NAME_RE.fullmatch(token)
    if match is None or OFFICE_RE.fullmatch(token) or PLACE_END_RE.search(token):
        return None
    return match["name"] if is_staff(match["name"]) else None


def is_staff(name: str) -> bool:
    """A name where words that begin with a surname stand as well: not `方案`, `安全`, `黄石港`."""
    return is_person(name) and not _NO_STAFF_RE.fullmatch(name) and not PLACE_END_RE.search(name)


def is_medium(text: str) -> bool:
    """`湖北日报客户端`, `云上谷城`: the name of a medium or an office."""
    return 2 < len(text) <= 24 and not text.isdigit() and bool(_MEDIUM_RE.search(text) or _MEDIUM_HEAD_RE.match(text))


def strip_deed(token: str) -> str:
    """A name without what its owner did, `王建国摄影报道`; `王建文`, a name that ends like a deed, as it is."""
    if token.endswith("文") and is_person(token[-3:]):
        match = ROLE_TOKEN_RE.fullmatch(token)
        if len(token) == 3 or (match and match["name"] == token[-3:]):
            return token
    return DEED_RE.sub("", token).rstrip("/／")


def parse_names(text: str, free: bool = False) -> list[str]:
    """Names of a value: `萧潇、张妍` → two, `张 三` → one, `杨倩_NF4425` → `杨倩`.

    `free` takes also what is no personal name (`作者：新闻热线网`); numbers and login names are left out.
    """
    text = _REMARK_RE.sub(" ", text.split("_")[0])
    if _LATIN_NAME_RE.fullmatch(text.strip(_EDGES)):
        return [text.strip(_EDGES)]
    tokens = [t.strip(_EDGES) for t in re.split(r"[\s\u3000、，,;；/／|｜&＆]+", text)]
    names: list[str] = []
    for token in tokens:
        token = strip_deed(token) if len(token) > 3 else token
        match = ROLE_TOKEN_RE.fullmatch(token)
        if match:
            token = match["name"]
        if not token or NOBODY_RE.fullmatch(token):
            continue
        is_free = free and not names and bool(_FREE_RE.fullmatch(token)) and not _TITLE_RE.search(token)
        if _HAN_RE.fullmatch(token) and names and len(names[-1]) == 1:
            names[-1] += token  # 张 三
        elif _HAN_RE.fullmatch(token) or is_name(token, surname=False) or is_free or _LOGIN_RE.fullmatch(token):
            names.append(token)
        else:
            break
    names = [name for name in dict.fromkeys(names) if len(name) > 1]
    people = [name for name in names if not is_medium(name) and not OFFICE_RE.fullmatch(name)]
    return people or (names if free else [])  # 云岭县融媒体中心 王建国


def parse_source(text: str) -> str | None:
    """The 来源 alone: `人民网-《人民日报》`, `华夏时报(北京)`; what follows a blank is no part of it."""
    text = PUBLISHED_BY_RE.sub(r"\1", text)
    text = _SOURCE_END_RE.split(text.strip(_OUTER))[0].strip()
    tokens = _BLANK_RE.split(text)
    source = tokens[0]
    if re.fullmatch(r"[A-Za-z0-9.]+", source):
        source = " ".join(tokens[:2])
    source = re.sub(r"[/／](?:文|图|文图|图文|摄影?)$", "", source.strip(_OUTER.replace("·", "")))  # 校友会/文
    for left, right in ("()", "（）"):
        if left in source and right not in source:
            source = source.split(left)[0]
        if source.startswith(left):
            source = source.strip(left + right)
    if not 1 < len(source) <= 40 or not re.search(r"[一-龥A-Za-z]", source) or _NO_SOURCE_RE.match(source):
        return None
    return source
