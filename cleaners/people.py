"""Bylines: lines and brackets that are nothing but people and their parts."""

import re

from cleaners.labels import CREDITS, People, parse_labels
from cleaners.names import (
    DEED_RE,
    OFFICE_RE,
    PLACE_END_RE,
    ROLE_TOKEN_RE,
    is_medium,
    is_name,
    is_person,
    split_office,
    strip_deed,
)

_BYLINE_EDGES_RE = re.compile(r"^[\s\u3000（(\[【〔□■●◆◇△▲○◎★☆—\-~＊*|/]+|[\s\u3000）)\]】〕。.|/]+$")
_BRACKET_ROLE_RE = re.compile(r"记者|通讯员|作者|撰稿|编辑|文/|文图")
# 东方网记者曹磊5月13日报道： · 本报讯 记者张三报道
_DATELINE_BYLINE_RE = re.compile(
    r"^(?:[一-龥]{2,8}讯)?[\s\u3000]*[一-龥]{0,8}记者[\s\u3000]?(?P<name>[一-龥]{2,3}?)[\s\u3000]?(?:\d{1,2}月\d{1,2}日|从.{2,10})?(?:报道|电|讯)"
)
_SQUARE_RE = re.compile(r"\s*[□■◎●]\s*[一-龥]{2,3}(?:[\s\u3000、]+[一-龥]{2,3}){0,3}\s*$")
# 王建国 李小四/文 · 王建国摄影报道; not 展开全文
_DONE_RE = re.compile(
    r"[一-龥]{2,3}(?:[\s\u3000、]+[一-龥]{2,3}){0,3}"
    r"(?:[\s\u3000]*[/／]?[\s\u3000]*(?:文[/／]?图|图[/／]?文|摄影报道|供稿|撰稿)|[\s\u3000]*[/／][\s\u3000]*文|[\s\u3000]+文)"
)
# 王建国/文 李小红/图
_GIVEN_BY_RE = re.compile(r"^[一-龥、]{2,24}(?:供稿|供图|提供)$")  # 县医院、药剂科供稿 编辑/王建国
_DONE_EACH_RE = re.compile(r"(?:[一-龥]{2,3}\s?[/／]\s?(?:文|图|摄影|摄)[\s\u3000、，]*){2,4}")
_REVIEWS = frozenset(
    [
        *("编审", "审核", "终审", "复审", "初审", "一审", "二审", "三审"),
        *("监制", "总监制", "审校", "编校审", "核稿", "签发", "总编"),
    ]
)
_BRACKET_RE = re.compile(r"[（(〔【]([^（）()〔〕【】]{2,60})[）)〕】]")
# 云岭网讯 记者王建国 通讯员李小红 报道：3月4日
_REPORT_RE = re.compile(
    r"(?:[^，。：]{2,14}(?:讯|电|消息)[\s\u3000]*)?(?P<by>(?:本报|本网)?(?:记者|通讯员)[^，。：]{2,40}?)[\s\u3000]*报道[:：，,\s]"
)
# …取得实效。□王建国 · …取得实效。记者 王建国
_AT_END_RE = re.compile(r"[。！？”][\s\u3000]*(?P<by>(?:[□■◎]|(?:本报|本网|新华社)?记者|文[/／]).{2,30})$")
_SQUARE_AT_END_RE = re.compile(r"[。！？”][\s\u3000]*([□■◎●].{2,40})$")
# 中央社记者温贵香台北21日电 · 记者巫其伦／台北报导
_PLACED_RE = re.compile(
    r"(?:[一-龥]{2,6})?记者\s?(?P<names>[一-龥]{2,3}(?:、[一-龥]{2,3}){0,3})[\s/／]?[一-龥]{2,6}?(?:\d{1,2}日)?(?:综合)?(?:报导|报道|电)"
)
# 上海报道, 系某大学教授, 作者为某大学教授: who they are
_REMARK_RE = re.compile(r"[\s，,、](?:作者)?(?:系|为|单位|分别系|均系).{2,40}$")


def parse_byline(line: str) -> People | None:
    """A line that is nothing but a byline: `□本报记者 董振霞 通讯员 王克军`, `（松花江网编辑 孙桂芳）`.

    None for every other line: each word must be a role, a medium, a name, or what they did (`文/图`).
    """
    if len(line) > 90:
        return None
    people, rest = parse_labels(line)
    text = _BYLINE_EDGES_RE.sub("", _BYLINE_EDGES_RE.sub("", rest))
    told = bool(people.authors or people.editors or people.reviewers or people.others)
    if told:
        text = _GIVEN_BY_RE.sub("", text).strip()
    if not text or (told and is_medium(text)):
        people.medium = people.medium or text or None
        return people if told else None
    # names alone: behind a square, □王建国; before what they did, 王建国/文; behind their office in brackets
    role = "author" if _SQUARE_RE.match(line) or _DONE_RE.fullmatch(text) or _DONE_EACH_RE.fullmatch(text) else ""
    bracketed = line.strip().startswith(("（", "("))
    names: list[tuple[str, str]] = []
    employed = False
    for token in re.split(r"[\s\u3000、，,;；|｜&＆:：]+", text):
        token = token.strip("（）()[]【】")
        if not token:
            continue
        if token in ("摄", "供图"):  # a caption: 新华社记者 李梦馨 摄
            return None
        match = ROLE_TOKEN_RE.fullmatch(token)
        if match:
            found = match["role"]
            role = "editor" if "编辑" in found or "责编" in found else "author"
            if found in _REVIEWS:
                role = "reviewer"
            elif found in CREDITS:
                role = "other"
            if match["medium"] and match["medium"] not in ("本报", "本网", "本台", "本刊", "特约", "总台"):
                if not _is_employer(match["medium"], found, match["name"]):
                    return None
                people.medium = people.medium or match["medium"]
            name = _strip_deed(match["name"]) or match["name"]
            if name and not DEED_RE.fullmatch(name):
                if not is_name(name):
                    return None
                names.append((role, name))
        elif not role and is_medium(token):
            people.medium = token
        elif bracketed and not role and not employed and OFFICE_RE.fullmatch(token) and not is_name(token):
            employed = True  # （县委宣传部 王建国）
        elif bracketed and not role and (people.medium or employed) and is_person(token):
            role = "author"
            names.append((role, token))
        elif role and (DEED_RE.fullmatch(token) or token in ("文/图", "摄影/报道")):
            continue
        elif role and len(token) > 2 and token[-1] in "台报网社" and not is_name(token):
            people.medium = people.medium or token  # 云岭新闻记者 王建国 五莲台 李小红
        elif role and _is_doer(token):
            names.append((role, _strip_deed(token)))
        elif not role and token in ("整合", "综合", "整理"):
            role = "author"
        elif role and names and token.endswith("报道"):  # 山东冠县报道
            continue
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
        if len(name) > 1 and role == "other":
            people.others.append(name)
        elif len(name) > 1:
            people.add(role, [name])
    return people


def _is_employer(text: str, role: str, name: str) -> bool:
    """`松花江网`, `顶端新闻`; any word before 记者 that is not itself glued to a name: `半月谈记者 史卫燕`."""
    if re.search(r"[报网社台刊端体视]$|[a-zA-Z]$|[云·]|中心$|新闻$|财经$|”$|》$", text):
        return True
    return role == "记者" and not name and len(text) <= 8


def _is_doer(token: str) -> bool:
    """`王建国`, `王建国摄影报道`; not `山东云县报道`."""
    name = _strip_deed(token)
    return is_name(name, surname=False) if name == token else is_name(name) and len(name) < 4


def _strip_deed(token: str) -> str:
    return strip_deed(token) if len(token) > 2 else token


def find_bracket_byline(paragraph: str, at_end: bool) -> People | None:
    """The byline inside a paragraph: `本报讯（记者叶婉）近日` at its start, `（总台记者 张倩）` at its end.

    Names alone count at the end, `（常书香 马丹阳）`, and behind a dateline, `新华社北京5月19日电（刘艺、杨吉）`.
    """
    if at_end:
        end = paragraph[-70:]
        matches = [m for m in _BRACKET_RE.finditer(end) if not end[m.end() :].strip(" \u3000。0123456789")]
    else:
        matches = list(_BRACKET_RE.finditer(paragraph[:120]))
    for match in matches:
        inner = _REMARK_RE.sub("", match.group(1).strip())
        if _BRACKET_ROLE_RE.search(inner):
            if people := parse_byline(inner):
                return people
            if placed := _PLACED_RE.fullmatch(inner):
                return People(authors=placed["names"].split("、"))
        elif at_end or paragraph[: match.start()].rstrip().endswith(("电", "讯")):
            names = [n for n in re.split(r"[\s\u3000、，,/]+", inner) if n and not n.endswith("报道")]  # 上海报道
            if names and len(names) < 5 and all(map(is_person, names)):
                return People(authors=names)
            if at_end and (people := parse_byline(f"（{inner}）")):  # （县委宣传部 王建国）
                return people
            if at_end and (name := split_office(inner)):
                return People(authors=[name])
    if found := (_AT_END_RE.search(paragraph[-40:]) if at_end else _REPORT_RE.match(paragraph)):
        return parse_byline(found["by"])
    if not at_end and (match_ := _DATELINE_BYLINE_RE.match(paragraph)) and is_name(match_["name"]):
        return People(authors=[match_["name"]], medium=None)
    return None


def find_square_byline(paragraph: str) -> People | None:
    """The reporters behind the lead of a paper, `…取得实效。□云岭报记者王建国`."""
    match = _SQUARE_AT_END_RE.search(paragraph[-50:])
    return parse_byline(match[1]) if match else None


def parse_bare_names(line: str) -> list[str]:
    """The names of a line that is nothing else, `王建国 李小红`, or `县人民法院 王建国`; else none.

    For the line between headline and text, where writers of papers stand. Not `安全`, `黄石港`: one name alone
    must have three characters and no ending of a place.
    """
    tokens = [token for token in re.split(r"[\s\u3000、，,]+", line.strip()) if token]
    if len(tokens) > 1 and (is_medium(tokens[0]) or OFFICE_RE.fullmatch(tokens[0])) and not is_name(tokens[0]):
        tokens = tokens[1:]
    if not 0 < len(tokens) < 5 or not all(is_person(token) and not PLACE_END_RE.search(token) for token in tokens):
        return []
    return tokens if len(tokens) > 1 or len(tokens[0]) == 3 else []
