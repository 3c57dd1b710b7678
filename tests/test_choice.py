"""Which part of a page is the article, where short news stands among more text than its own."""

from typing import Any

import pytest

from cleaners import Rejected, clean_page
from cleaners.clean import explain_page
from cleaners.schema import DateOrigin, RawPage, RejectReason

TITLE = "云岭县一季度签约项目二十三个"
FIRST = "3月4日，云岭县举行一季度招商引资项目集中签约仪式，23个项目落户，协议总投资56.8亿元。"
SECOND = "今年以来，云岭县围绕新材料、装备制造两大产业，组建六支招商小分队，先后拜访企业81家。"
THIRD = "下一步，该县将落实“一个项目、一名领导、一套班子”机制，推动签约项目早开工、早投产、早见效。"
NEWS = f"<p>{FIRST}</p><p>{SECOND}</p>"
INFO = "<div>2024-03-05 10:22 来源：云岭日报</div>"
FOOTER = "<div class=footer>版权所有 云岭县融媒体中心 鄂ICP备12345号</div>"


def page(body: str, head: str = "") -> RawPage:
    html = f"<html><head><title>{TITLE}_云岭网</title>{head}</head><body>{body}{FOOTER}</body></html>"
    return RawPage(url="http://www.example.cn/2024/p.html", body=html.encode())


def text_of(body: str, head: str = "") -> list[str]:
    return clean_page(page(body, head)).text.split("\n")


LINKS = (
    "<ul>" + "".join(f"<li><a href={i}.html>云岭县第{i}批重点项目集中开工仪式举行</a></li>" for i in range(8)) + "</ul>"
)


def teasers(count: int, wrap: str = "li") -> str:
    return "".join(
        f"<{wrap} class=card><div>云岭社·{i}天前</div><h4><a href={i}.html>第{i}批重点项目集中开工</a></h4>"
        f"<p>（云岭社{i}日电）第{i}批：{THIRD}{SECOND}</p></{wrap}>"
        for i in range(count)
    )


def test_teasers_that_hold_more_text_than_the_news() -> None:
    others = f"<div class=y><h2>为您挑选</h2><ul>{teasers(9)}</ul></div>"
    body = f"<div><h1>{TITLE}</h1>{INFO}<div class=x>{NEWS}</div>{others}</div>"
    assert text_of(body) == [FIRST, SECOND]


def test_a_list_of_teasers_is_no_article() -> None:
    with pytest.raises(Rejected, match="not_an_article"):
        clean_page(page(f"<h1>招商动态</h1><ul>{teasers(9)}</ul>"))


def test_boxes_of_a_text_without_links_are_its_own() -> None:
    boxes = "".join(f"<div class=card><h4>第{i}批项目</h4><p>第{i}批：{THIRD}</p></div>" for i in range(5))
    assert len(text_of(f"<h1>{TITLE}</h1>{INFO}<div>{NEWS}{boxes}</div>")) == 12


@pytest.mark.parametrize(
    "ending", ["<div>责任编辑：李小红</div>", "<h2>你可能还想看</h2>", "<div class=footer>法律声明</div>"]
)
def test_one_paragraph_above_another_text(ending: str) -> None:
    """The article ends where the page says so, though a longer text stands below."""
    other = "".join(f"<p>第{i}条：{THIRD}{SECOND}</p>" for i in range(8))
    news = f"<div class=a><h1>{TITLE}</h1>{INFO}<div class=b><p>{FIRST}</p></div>{ending}</div>"
    assert text_of(f"{news}{LINKS}<div class=c>{other}</div>") == [FIRST]


def test_an_abstract_is_not_taken_for_the_article() -> None:
    rest = "".join(f"<p>第{i}条：{THIRD}{SECOND}</p>" for i in range(8))
    kept = text_of(f"<h1>{TITLE}</h1>{INFO}<div class=abs><p>{FIRST}</p></div><div class=b>{rest}</div>")
    assert len(kept) >= 8


def test_the_headline_is_known_by_the_title_alone() -> None:
    other = "".join(f"<p>第{i}条：{THIRD}</p>" for i in range(6))
    body = f"<div><div class=bt2>{TITLE}</div>{INFO}<div class=b><p>{FIRST}</p></div><div>责任编辑：李小红</div></div>"
    assert text_of(f"{body}{LINKS}<div class=c>{other}</div>") == [FIRST]


def test_a_page_that_goes_on_with_the_next_article() -> None:
    following = f"<h1 class=t>云岭茶香飘万里</h1><div>2023-06-01 00:48</div><p>{THIRD}</p>" + f"<p>{SECOND}续。</p>" * 9
    body = f"<div class=detail-content><h1 class=t>{TITLE}</h1>{INFO}{NEWS}{following}</div>"
    record = explain_page(page(body))
    assert record.article is not None
    assert record.article.text.split("\n") == [FIRST, SECOND]
    assert "next article" in {drop.rule for drop in record.dropped}


def test_a_law_that_repeats_its_name() -> None:
    """Its name is a heading like the headline, and stands above the day it was made public."""
    law = "云岭县项目保障金管理办法"
    order = f"<h1>{law}</h1><p>云岭县人民政府令</p><p>2014年1月7日</p>"
    body = f"<h1>{law}</h1>{INFO}<div id=zoom>{order}<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p></div>"
    html = f"<html><title>{law}</title><body>{body}{FOOTER}</body></html>"
    lines = clean_page(RawPage(url="http://www.example.cn/", body=html.encode())).text.split("\n")
    assert lines[-3:] == [FIRST, SECOND, THIRD]


def test_headings_of_one_make_without_dates_are_the_article() -> None:
    body = f"<div id=zoom><h1 class=t>{TITLE}</h1>{INFO}{NEWS}<h1 class=t>二、下一步打算</h1><p>{THIRD}</p></div>"
    assert text_of(body) == [FIRST, SECOND, "二、下一步打算", THIRD]


def test_linked_headlines_between_paragraphs() -> None:
    links = "<div class=more><a href=1.html>云岭茶香飘万里 茶农增收</a></div>" * 2
    body = f"<h1>{TITLE}</h1>{INFO}<div id=zoom><p>{FIRST}</p>{links}<p>{SECOND}</p><p>{THIRD}</p></div>"
    assert text_of(body) == [FIRST, SECOND, THIRD]


@pytest.mark.parametrize(
    "line",
    [
        "<p><a href=1.html>云岭县招商引资优惠办法全文</a></p>",
        "<div><a href=1.doc>附件：云岭县项目申报表.doc</a></div>",
        "<div><a href=1.html>《云岭县招商引资优惠办法》</a></div>",
    ],
)
def test_links_of_the_text_stay(line: str) -> None:
    assert len(text_of(f"<h1>{TITLE}</h1>{INFO}<div id=zoom><p>{FIRST}</p>{line}<p>{SECOND}</p></div>")) == 3


def test_the_address_that_a_text_gives() -> None:
    """It stays below the words that announce it; below those of a template it does not."""
    link = "<p><a href=http://bm.example.cn/1.htm>http://bm.example.cn/1.htm</a></p>"
    body = f"<h1>{TITLE}</h1>{INFO}<div id=zoom><p>{FIRST}</p><p>%s</p>{link}</div>"
    assert text_of(body % "请登录以下网址报名：")[-1] == "http://bm.example.cn/1.htm"
    assert text_of(body % "原文链接：") == [FIRST]


def test_a_heading_that_is_never_closed() -> None:
    text = f"<p>{FIRST}</p><p>{SECOND}</p><p>{THIRD}</p>" + "".join(f"<p>第{i}条：{THIRD}</p>" for i in range(5))
    body = (
        f"<h1>{TITLE}</h1><h2 class=f><span>时间：2024-03-05 10:22</span> <span>来源：云岭日报</span><div>{text}</div>"
    )
    assert text_of(body)[:3] == [FIRST, SECOND, THIRD]


def test_headline_without_the_buttons_in_it() -> None:
    info = "<div>云岭新闻网</div><div>2024-03-05 10:22</div>"
    article = clean_page(page(f"<h1>{TITLE} <span>播报文章</span></h1>{info}<div id=zoom>{NEWS}</div>"))
    assert (article.title, article.source) == (TITLE, "云岭新闻网")


def test_what_stands_above_the_headline_repeated_in_the_text() -> None:
    assert text_of(f"<h1>{TITLE}</h1>{INFO}<div id=zoom><p>投资56亿元</p><p>{TITLE}</p>{NEWS}</div>") == [FIRST, SECOND]
    form = f"<p>事项名称</p><p>{TITLE}</p><p>设定依据</p>{NEWS}"
    assert text_of(f"<h1>{TITLE}</h1>{INFO}<div id=zoom>{form}</div>")[:2] == ["事项名称", TITLE]


def test_number_of_a_document_above_the_info_line() -> None:
    head = "<h3>县教字〔2024〕8号</h3><h2>发布时间：2024-03-05 来源：云岭县教育局</h2>"
    article = clean_page(page(f"<div><h1>{TITLE}</h1>{head}{NEWS}</div>"))
    assert (article.text.split("\n"), article.source) == ([FIRST, SECOND], "云岭县教育局")


def test_day_below_the_byline_goes_with_it() -> None:
    lines = f"{NEWS}<p>图、文/王小云</p><p>2024年3月5日</p>"
    article = clean_page(page(f"<h1>{TITLE}</h1>{INFO}<div id=zoom>{lines}</div>"))
    assert (article.text.split("\n"), article.authors) == ([FIRST, SECOND], ("王小云",))
    signed = f"{NEWS}<p>云岭县招商局</p><p>2024年3月5日</p>"
    assert text_of(f"<h1>{TITLE}</h1>{INFO}<div id=zoom>{signed}</div>")[-1] == "2024年3月5日"


@pytest.mark.parametrize(
    "script",
    ["var pubdata='2024年03月05日';", 'var docPubTime = "2024-03-05 00:00"', '{"datePublished": "2024-03-05"}'],
)
def test_a_date_that_a_script_prints(script: str) -> None:
    article = clean_page(
        page(f"<h1>{TITLE}</h1><div>发布时间：</div><script>{script}</script><div id=zoom>{NEWS}</div>")
    )
    assert article.published_at is not None
    assert (article.published_at.date().isoformat(), article.published_from) == ("2024-03-05", DateOrigin.META)


@pytest.mark.parametrize(
    "script", ["var republic='2024-03-05';", '{"publishTime": "2024-03-05"}', "var today='2024-03-05'"]
)
def test_other_dates_of_scripts(script: str) -> None:
    article = clean_page(page(f"<h1>{TITLE}</h1><script>{script}</script><div id=zoom>{NEWS}{NEWS}</div>"))
    assert article.published_at is None


def test_the_day_of_a_papers_issue() -> None:
    rows = ("第A01版：头版", "2024年03月05日 查看旧版", "版面导航")
    head = f"<table>{''.join(f'<tr><td>{row}</td></tr>' for row in rows)}</table>"
    body = f"{head}<table><tr><td>{TITLE}</td></tr></table><div id=ozoom>{NEWS}</div>"
    article = clean_page(page(body))
    assert article.published_at is not None
    assert article.published_at.date().isoformat() == "2024-03-05"
    links = "<div>更多</div>" * 6  # far above the headline, a day without an edition tells nothing
    plain = (
        body.replace("第A01版：头版", "首页")
        .replace("版面导航", "更多")
        .replace("</td></tr></table><table>", f"{links}<table>")
    )
    assert clean_page(page(plain)).published_at is None


QUESTION = "尊敬的县长：我是城关镇的居民，小区门口的道路坑洼不平，希望有关部门尽快维修。"
ANSWER = "您好！您反映的问题我局高度重视，已安排人员到现场查看，计划本月底前完成修补。"


def test_a_letter_and_its_answer() -> None:
    letter = f"<dl><dt>咨询内容</dt><dd>{QUESTION}</dd><dt>答复内容</dt><dd>{ANSWER}</dd></dl>"
    assert {QUESTION, ANSWER} <= set(text_of(f"<h3>{TITLE}</h3>{letter}"))
    table = f"<table><tr><td>来信标题</td><td>{TITLE}</td></tr><tr><td>来信内容</td><td>{QUESTION}</td></tr></table>"
    answer = f"<table><tr><td>回复内容</td><td>{ANSWER}</td></tr><tr><td>回复时间</td><td>2024-03-08</td></tr></table>"
    article = clean_page(page(table + answer))
    assert article.title == TITLE
    assert ANSWER in article.text


def reason_of(body: str, title: str) -> RejectReason | None:
    html = f"<html><head><title>{title}</title></head><body>{body}</body></html>"
    rejected = explain_page(RawPage(url="http://www.example.cn/", body=html.encode())).rejected
    return rejected.reason if rejected else None


def test_a_page_to_log_in() -> None:
    help_lines = "<p>您可以使用云岭网盘，随时存，随地取。</p><p>您还可以使用云岭助手，在桌面随时提醒邮件到达。</p>"
    form = "<form><input name=u><input type=password name=p></form>"
    body = f"<h1>{TITLE}</h1>{help_lines}{help_lines.replace('您', '你')}{form}"
    assert reason_of(body, TITLE) is RejectReason.BLOCKED_PAGE
    assert reason_of(f"{form}<h1>{TITLE}</h1>{INFO}{NEWS}", TITLE) is None


def test_a_home_page_with_one_long_teaser() -> None:
    body = f"<h1>主页 - 云岭新闻</h1><h2>头条</h2><p>{FIRST[:40]}。</p><div>2024年3月5日</div>"
    assert reason_of(body, "主页 - 云岭新闻") is RejectReason.NOT_AN_ARTICLE


@pytest.mark.parametrize("lines", [["石小佳/云岭青年报", "2024-03-05 10:22"], ["云岭社", "2024年3月5日周二 下午2:05"]])
def test_a_medium_on_its_own_line(lines: list[str]) -> None:
    info = "".join(f"<div>{line}</div>" for line in lines)
    article: Any = clean_page(page(f"<h1>{TITLE}</h1>{info}<div id=zoom>{NEWS}</div>"))
    assert article.source == lines[0].split("/")[-1]
    assert article.authors == (("石小佳",) if "/" in lines[0] else ())


@pytest.mark.parametrize(
    ("headline", "is_error"),
    [
        ("安川县第404个重点项目签约 总投资18亿元", False),
        ("一季度引资404亿元", False),
        ("404 Not Found", True),
        ("出错啦 - 404", True),
        ("404错误", True),
    ],
)
def test_number_of_an_error_is_told_from_a_figure(headline: str, is_error: bool) -> None:
    body = "昨日，项目在县会议中心签约，用地手续已经办结，计划年内开工建设，建成后可带动八十人就业。"
    page = f"""<html><head><meta charset="utf-8"><title>{headline}</title></head><body><h1>{headline}</h1>
    <div class="info">发布时间：2024-06-12 09:00 来源：安川日报</div>
    <div class="text"><p>{body}</p></div></body></html>"""
    raw = RawPage(url="http://www.anchuan.example/a/1.html", body=page.encode())
    if is_error:
        with pytest.raises(Rejected):
            clean_page(raw)
    else:
        assert clean_page(raw).text == body


@pytest.mark.parametrize(
    ("title", "above"),
    [
        ("云岭县实验小学", "<p>云岭县实验小学欢迎您！</p><div class=tit>%s</div><div>[发布时间2024年3月5日]</div>"),
        ("云岭网>招商引资", "<div align=center><p><b>%s</b></p></div>"),
        ("云岭县教育局", "<p style='text-align:center'>%s</p>"),
    ],
)
def test_a_headline_that_title_does_not_tell(title: str, above: str) -> None:
    html = f"<html><title>{title}</title><body>{above % TITLE}<div id=zoom>{NEWS}</div></body></html>"
    assert clean_page(RawPage(url="http://www.example.cn/", body=html.encode())).title == TITLE


def test_a_headline_that_welcomes() -> None:
    headline = "大美云岭欢迎您"
    html = (
        f"<html><title>{headline}_云岭网</title><body><h1>{headline}</h1>{INFO}<div id=zoom>{NEWS}</div></body></html>"
    )
    assert clean_page(RawPage(url="http://www.example.cn/", body=html.encode())).title == headline


def test_a_centred_line_above_the_text_is_no_headline_where_title_tells_one() -> None:
    html = (
        f"<html><title>{TITLE}_云岭网</title><body><p align=center>招商时讯</p><div id=zoom>{NEWS}</div></body></html>"
    )
    assert clean_page(RawPage(url="http://www.example.cn/", body=html.encode())).title == TITLE


def test_a_picture_with_its_caption_and_the_date_below() -> None:
    """A page of a gallery: the day stands below the few words of the article."""
    body = f"<h3>{TITLE}</h3><div><p>4月16日，云岭港内卡车穿梭。云岭社记者 王小夏 摄</p></div><div>%s</div>"
    assert reason_of(body % "2024-04-17 10:40 云岭网", TITLE) is None
    assert reason_of(body % "友情链接", TITLE) is RejectReason.NOT_AN_ARTICLE


@pytest.mark.parametrize(("word", "source"), [("云岭省交通运输厅", "云岭省交通运输厅"), ("星期二", None)])
def test_an_office_beside_the_date(word: str, source: str | None) -> None:
    article = clean_page(page(f"<h1>{TITLE}</h1><div>2024-03-05 {word}</div><div id=zoom>{NEWS}</div>"))
    assert article.source == source


def test_documents_that_a_notice_encloses() -> None:
    """However many there are: they end no notice, what signs it stands below them, and it is no list of links."""
    names = [f"{i}.《云岭县招商引资项目管理标准 第{i}部分（征求意见稿）》" for i in range(1, 12)]
    links = "".join(f"<p><a href={i}.html>{'附件：' * (not i)}{name}</a></p>" for i, name in enumerate(names))
    sign = "<p>云岭县投资促进局</p><p>2024年3月5日</p>"
    menu = "".join(f"<p><a href=m{i}.html>云岭概况{i}</a></p>" for i in range(9))
    body = f"<div>{menu}</div><h1>{TITLE}</h1>{INFO}<div><p>{FIRST}</p>{links}{sign}</div>"
    assert text_of(body) == [FIRST, f"附件：{names[0]}", *names[1:], "云岭县投资促进局", "2024年3月5日"]


def test_links_below_an_empty_heading_of_documents() -> None:
    others = "".join(f"<p><a href={i}.html>云岭县第{i}批重点项目集中开工</a></p>" for i in range(9))
    body = f"<h1>{TITLE}</h1>{INFO}<div><div>{NEWS}</div><p>附件：</p><div>{others}</div></div>"
    assert text_of(body) == [FIRST, SECOND]


def test_the_name_of_an_office_begins_its_headlines() -> None:
    """A headline set in two lines at the head of the text is known by the words above the info line."""
    office, rest = "云岭县林业和草原局", "2018年世界湿地日宣传活动的通知"
    text = f"<p>{office}关于开展</p><p>{rest}</p><p>各镇林业站：</p>{NEWS}"
    body = f"<div>{office}关于开展{rest}</div>{INFO}<div class=TRS_Editor>{text}</div>"
    html = f"<html><title>{office}</title><body>{body}{FOOTER}</body></html>"
    article = clean_page(RawPage(url="http://www.example.cn/", body=html.encode()))
    assert article.title == f"{office}关于开展{rest}"


def test_a_box_beside_an_article_of_pictures() -> None:
    teaser = "<h5>热点视频</h5><p>本期迎来收官之作，节目组邀请到两位老友...</p>"
    assert reason_of(f"<h1>{TITLE}</h1>{INFO}<img src=a.jpg>{LINKS}{teaser}", TITLE) is RejectReason.NO_BODY
    assert reason_of(f"{LINKS}<h1>{TITLE}</h1>{INFO}<div id=zoom><p>{FIRST}</p></div>", TITLE) is None


def test_a_container_pasted_into_the_text() -> None:
    """An editor of another system came with the last paragraphs; what stands above it is the article too."""
    body = f"<h1>{TITLE}</h1>{INFO}<div><p>{FIRST}</p><p>{SECOND}</p><div class=TRS_Editor><p>{THIRD}</p></div></div>"
    assert text_of(body) == [FIRST, SECOND, THIRD]


def test_a_page_that_shows_a_pdf() -> None:
    names = (
        "如果您无法在线浏览此 PDF 文件，则可以",
        "下载免费小巧的 福昕(Foxit) PDF 阅读器,安装后即可在线浏览 或",
        "下载此 PDF 文件",
    )
    shown = "".join(f"<li>{name}</li>" for name in names)
    assert text_of(f"<h1>{TITLE}</h1>{INFO}<div id=vsb_content><p>{FIRST}</p><ul>{shown}</ul></div>") == [FIRST]
    assert reason_of(f"<h1>{TITLE}</h1>{INFO}<div id=vsb_content><ul>{shown}</ul></div>", TITLE) is not None
