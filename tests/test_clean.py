"""clean_page and clean_text: pages written by us in the markup of real templates, texts, refusals, traces."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners import Article, PageRules, RawPage, Rejected, clean_page, clean_text
from cleaners.clean import explain_page, explain_text
from cleaners.schema import CHINA, DateOrigin, RejectReason

CASES = Path(__file__).parent / "cases"
TEMPLATES = sorted((CASES / "templates").glob("*.html"))
TITLE = "云岭县一季度签约项目二十三个"
PARAGRAPHS = [
    "3月4日，云岭县举行一季度招商引资项目集中签约仪式，23个项目落户，协议总投资56.8亿元。",
    "紧盯产业链",
    "今年以来，云岭县围绕新材料、装备制造两大产业，组建六支招商小分队，先后拜访企业81家，“走出去”的脚步一刻没有停下。",
    "下一步，该县将落实“一个项目、一名领导、一套班子”机制，推动签约项目早开工、早投产、早见效。",
]
FIRST, SECOND = PARAGRAPHS[0], PARAGRAPHS[2]


def fill(template: Path, charset: str = "utf-8") -> bytes:
    """One of the templates with the sample article in it."""
    html = template.read_text("utf-8").format(
        charset=charset,
        title=TITLE,
        body="".join(f"<p>　　{p}</p>" for p in PARAGRAPHS),
        breaks="<br><br>".join(f"　　{p}" for p in PARAGRAPHS),
        sections="".join(f"<section><section><p><span>{p}</span></p></section></section>" for p in PARAGRAPHS),
    )
    return html.encode("gb18030" if charset == "gb2312" else charset)


def page(html: str, **facts: object) -> RawPage:
    return RawPage(url="http://www.example.cn/2024/p.html", body=html.encode(), **facts)  # type: ignore[arg-type]


@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
@pytest.mark.parametrize("template", TEMPLATES, ids=lambda t: t.stem)
def test_every_template_gives_the_same_article(template: Path, charset: str) -> None:
    article = clean_page(RawPage(url="http://www.example.cn/a/1.html", body=fill(template, charset)))
    assert article.text.split("\n") == PARAGRAPHS
    assert article.title == TITLE
    assert article.published_at is not None
    assert article.published_at.date() == datetime(2024, 3, 5, tzinfo=CHINA).date()
    if template.stem != "founder_paper":  # a paper names neither
        assert article.source == "云岭日报"
        assert article.editors == ("李小红",)
    assert article.authors == ("王建国",)


def test_a_layout_of_the_portal_wins() -> None:
    html = f"""<html><body><h1>别的</h1><div class="x">{TITLE}</div><i class="when">2024-03-05 10:11</i>
        <div class="odd"><p>{PARAGRAPHS[0]}</p><div class="promo">关注云岭，了解更多精彩内容。</div></div>
        <div id="zoom"><p>{PARAGRAPHS[2]}</p></div></body></html>"""
    rules = (
        PageRules(layout="2030", body="//div[@id='none']"),
        PageRules(
            layout="2024",
            body="//div[@class='odd']",
            title="//div[@class='x']",
            published="//i",
            drop=("//div[@class='promo']",),
        ),
    )
    article = clean_page(page(html), rules)
    assert (article.layout, article.title, article.text) == ("2024", TITLE, PARAGRAPHS[0])
    assert article.published_from is DateOrigin.RULES


def test_a_layout_of_the_portal_is_believed() -> None:
    """Headings, phone numbers and files are article where the layout names the body; an empty element is no body."""
    rules = (PageRules(layout="2024", body="//div[@id='c']", title="//h1"),)
    html = f"<html><body><h1>{TITLE}</h1><div id=c>%s</div><p>{PARAGRAPHS[0]}</p></body></html>"
    body = f"<p>{TITLE}</p><p>——在县人民代表大会上</p><p>电话：0715-6350001</p><p><a href=a.doc>a.doc (21 KB)</a></p>"
    lines = [TITLE, "——在县人民代表大会上", "电话：0715-6350001", "a.doc (21 KB)"]
    assert clean_page(page(html % body), rules).text.split("\n") == lines
    with pytest.raises(Rejected, match="no_body"):
        clean_page(page(html % "<img src=a.jpg>"), rules)


def test_a_reprinter_with_slogans_above_the_headline() -> None:
    slogans = "".join(f"<p>每天都有数不清的资讯，{i}条与您有关，订阅后马上提醒。</p>" for i in range(3))
    body = f"<p>本文转自：云岭日报</p><p>百日攻坚 百企落户</p><p>{TITLE}</p>" + "".join(
        f"<p>{p}</p>" for p in PARAGRAPHS
    )
    html = f"<html><head><title>{TITLE} - 快照网</title></head><body><div>{slogans}{body}</div></body></html>"
    article = clean_page(page(html))
    assert (article.title, article.kicker, article.source) == (TITLE, "百日攻坚 百企落户", "云岭日报")
    assert article.text.split("\n") == PARAGRAPHS


def test_a_story_that_repeats_its_headline_late_keeps_its_beginning() -> None:
    body = "".join(f"<p>{i}号：{p}</p>" for i in range(6) for p in PARAGRAPHS) + f"<p>{TITLE}</p><p>{PARAGRAPHS[2]}</p>"
    html = f"<html><head><title>{TITLE} - 云岭网</title></head><body><div>{body}</div></body></html>"
    assert clean_page(page(html)).text.startswith("0号")


def test_short_news_in_a_container_is_news() -> None:
    html = f"<html><head><title>{TITLE}_云岭</title></head><body><h1>{TITLE}</h1><p>2024-03-05 来源：云岭日报</p>"
    assert clean_page(page(html + "<div class=TRS_Editor><p>云岭县今日举行项目签约仪式。</p></div>")).text
    with pytest.raises(Rejected, match="no_body"):
        clean_page(page(html + "<div class=TRS_Editor><p>（图）</p></div>"))


def test_a_body_held_twice_is_given_once() -> None:
    body = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    html = f"<html><body><h1>{TITLE}</h1><div class=pc>{body}</div><div class=mobile>{body}</div></body></html>"
    assert clean_page(page(html)).text.split("\n") == PARAGRAPHS


@pytest.mark.parametrize("blank", ["\u200b", "\ufeff", "\u2003\u200b", "\xa0"])
def test_a_heading_of_blanks_is_no_line(blank: str) -> None:
    """At the end of a page it counted as a line that the page has not."""
    body = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    end = f"<h3><span>{blank}</span><i></i></h3>"
    html = f"<html><body><h1>{TITLE}</h1><p>2024-03-05</p><div>{body}</div>{end}</body></html>"
    assert clean_page(page(html)).text.split("\n") == PARAGRAPHS


def test_rows_of_a_data_table_are_lines() -> None:
    table = "<table><tr><td>项目</td><td>投资</td></tr><tr><td>新材料</td><td>5亿元</td></tr></table>"
    body = f"<p>{PARAGRAPHS[0]}</p>{table}<p>{PARAGRAPHS[3]}</p>"
    html = f"<html><body><h1>{TITLE}</h1><div id=zoom>{body}</div></body></html>"
    assert clean_page(page(html)).text.split("\n")[1:3] == ["项目 投资", "新材料 5亿元"]


def test_a_calendar_below_the_article_is_no_part_of_it() -> None:
    days = "".join(f"<tr><td>{i}</td><td>{i + 7}</td><td>{i + 14}</td></tr>" for i in range(1, 8))
    body = "".join(f"<p>{p}</p>" for p in PARAGRAPHS)
    html = f"<html><body><h1>{TITLE}</h1><p>2024-03-05</p><div>{body}</div><table>{days}</table></body></html>"
    assert clean_page(page(html)).text.split("\n") == PARAGRAPHS


def test_a_long_list_of_names_is_whole() -> None:
    """Rows that get short do not end it, also below the table of a government document."""
    offices = [f"云岭县非物质文化遗产保护传承和研究展示中心（云岭县第{i}文化馆）" for i in range(20)] + [
        "云岭剧团"
    ] * 60
    rows = [f"{i} 王建国 {office} 馆员" for i, office in enumerate(offices, 1)]
    table = "".join("<tr><td>" + row.replace(" ", "</td><td>") + "</td></tr>" for row in rows)
    body = f"<p>现将评审结果公示。</p><table>{table}</table><p>如有异议，请于3月12日前来信来电反映。</p>"
    head = "<tr><td>索引号</td><td>002482330/2024-10091</td><td>公开分类</td><td>云岭县人事考试评审</td></tr>"
    above = f"<table>{head * 2}</table><p>{TITLE}</p><p>2024-03-05 10:11</p>"
    html = f"<html><title>{TITLE}</title><body><div>{above}<div>{body}</div></div></body></html>"
    lines = clean_page(page(html)).text.split("\n")
    assert lines == ["现将评审结果公示。", *rows, "如有异议，请于3月12日前来信来电反映。"]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", RejectReason.EMPTY),
        (b" \r\n ", RejectReason.EMPTY),
        (b"%PDF-1.4 ...", RejectReason.NOT_HTML),
        (b"PK\x03\x04....", RejectReason.NOT_HTML),
        (b"\x89PNG....", RejectReason.NOT_HTML),
        (b"\x01\x00\x02\x00\x00\x00" * 50, RejectReason.NOT_HTML),
        (b"<p>" + b"x" * 5_000_001, RejectReason.TOO_LARGE),
        (b"<div>" * 100_000, RejectReason.TOO_LARGE),
        (b"<?xml version='1.0'?><rss><item><title>a</title></item></rss>", RejectReason.NOT_AN_ARTICLE),
        ("<title>404</title><p>您访问的页面不存在</p>".encode(), RejectReason.NOT_FOUND_PAGE),
        ("<p>您的访问过于频繁，请输入验证码</p>".encode(), RejectReason.BLOCKED_PAGE),
        (
            f"<title>{TITLE}</title><h1>{TITLE}</h1><p>云岭县今日签约，详见图片。</p>".encode(),
            RejectReason.NOT_AN_ARTICLE,
        ),
        (b"<html><script>document.cookie='__jsl_clearance=1'</script></html>", RejectReason.BLOCKED_PAGE),
    ],
)
def test_what_is_no_article_is_rejected(body: bytes, reason: RejectReason) -> None:
    with pytest.raises(Rejected) as rejected:
        clean_page(RawPage(url="http://www.example.cn/", body=body))
    assert rejected.value.reason is reason


def test_a_list_page_is_rejected() -> None:
    items = "".join(f"<li><a href='{i}.html'>云岭县第{i}批项目集中签约</a> 2024-03-{i:02}</li>" for i in range(1, 21))
    html = f"<html><head><title>招商动态</title></head><body><h2>招商动态</h2><ul>{items}</ul></body></html>"
    with pytest.raises(Rejected, match="not_an_article"):
        clean_page(page(html))


def test_news_about_safety_checks_is_no_firewall() -> None:
    text = "云岭县开展安全检查，访问企业12家，登录平台上报隐患6条，请各单位完成整改。"
    html = f"<html><body><h1>{TITLE}</h1><p>2024-03-05 来源：云岭日报</p><div id=zoom><p>{text}</p></div></body></html>"
    assert clean_page(page(html)).text == text


def test_a_text_and_its_page_give_the_same_article() -> None:
    lines = [
        "云岭新闻网",
        "当前位置：首页 > 招商",
        TITLE,
        "时间：2024-03-05 09:30 来源：云岭日报 作者：王建国",
        *PARAGRAPHS,
    ]
    article = clean_text("\n".join([*lines, "责任编辑：李小红", "相关阅读", "上一篇：云岭县召开会议"]))
    assert article.text.split("\n") == PARAGRAPHS
    assert (article.title, article.source, article.authors, article.editors) == (
        TITLE,
        "云岭日报",
        ("王建国",),
        ("李小红",),
    )


def test_kicker_and_subtitle_of_a_text() -> None:
    article = clean_text(
        "\n".join(["总投资五十六亿元", TITLE, "——云岭县招商引资工作一瞥", "□本报记者 王建国", *PARAGRAPHS])
    )
    assert (article.kicker, article.title) == ("总投资五十六亿元", TITLE)
    assert article.subtitle == "——云岭县招商引资工作一瞥"


TEXTS = json.loads((CASES / "texts.json").read_text("utf-8"))


@pytest.mark.parametrize("case", TEXTS, ids=lambda case: case["name"])
def test_a_text_that_a_poor_extractor_left(case: dict[str, Any]) -> None:
    if case.get("known_failing"):
        pytest.xfail(case["known_failing"])
    article = clean_text("\n".join(case["lines"]))
    assert article.text.split("\n") == case["text"]
    assert article.title == case["title"]
    assert article.source == case.get("source", article.source)
    assert list(article.authors) == case.get("authors", list(article.authors))
    assert list(article.editors) == case.get("editors", list(article.editors))
    if "day" in case:
        assert article.published_at is not None
        assert article.published_at.strftime("%Y-%m-%d") == case["day"]


def test_an_empty_text_is_rejected() -> None:
    with pytest.raises(Rejected, match="empty"):
        clean_text(" \n ")


def test_every_decision_can_be_seen() -> None:
    record = explain_page(RawPage(url="http://www.example.cn/a.html", body=fill(TEMPLATES[0])))
    assert isinstance(record.article, Article)
    assert record.candidates[0].layout == record.article.layout
    assert all(drop.rule for drop in record.dropped)
    assert record.facts.origins.keys() >= {"authors"}
    assert explain_text("").rejected is not None


def test_the_fetch_time_refutes_a_later_date() -> None:
    html = f"<html><body><h1>{TITLE}</h1><p>2034-03-05 来源：云岭日报</p><div id=zoom><p>{PARAGRAPHS[0]}</p></div>"
    assert clean_page(page(html, fetched_at=datetime(2024, 3, 6, tzinfo=UTC))).published_at is None


def test_writers_without_a_label_stand_above_the_text() -> None:
    info = "<div>2024-03-05 10:22 来源：云岭日报</div>"
    html = f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1>{info}<div id=zoom><p>%s</p><p>{FIRST}</p>"
    article = clean_page(page(html % "县人民法院 王建国 李小红"))
    assert (article.authors, article.text) == (("王建国", "李小红"), FIRST)
    article = clean_page(page(html % "黄石港"))
    assert (article.authors, article.text) == ((), f"黄石港\n{FIRST}")


def test_comments_longer_than_the_article() -> None:
    body = "".join(f"<p>{p}</p>" for p in PARAGRAPHS * 2)
    comments = "".join(f"<li>{i}楼：{SECOND}</li>" for i in range(30))
    html = f"<html><body><h1>{TITLE}</h1><div><p>2024-03-05</p>{body}</div><div id='comments'><ul>{comments}</ul></div>"
    assert "楼：" not in clean_page(page(html)).text


def test_a_page_of_a_comment_form_alone() -> None:
    rules = "请自觉遵守互联网相关的政策法规，严禁发布违法信息。"
    html = f"<html><head><title>{TITLE}</title></head><body><h1>{TITLE}</h1><p>时间:2024-03-05 点击: 次</p>"
    with pytest.raises(Rejected, match=r"no_body|not_an_article"):
        clean_page(page(f"{html}<div><dt>发表评论</dt><p>{rules}</p><p>评价: 中立 好评 差评</p><p>用户名: 验证码:</p>"))


def test_an_advertisement_after_the_first_paragraph() -> None:
    box = "".join(f"<tr><td><a href='{i}.html'>第{i}批招商项目火热报名中</a></td></tr>" for i in range(4))
    rest = "".join(f"<p class=text>{p}</p>" for p in PARAGRAPHS[1:] * 3)
    html = f"<html><body><h1>{TITLE}</h1><div>2024-03-05 10:11</div><p class=text>{FIRST}</p><table>{box}</table>{rest}"
    text = clean_page(page(html)).text
    assert text.startswith(FIRST)
    assert "火热报名" not in text


@pytest.mark.parametrize("stamp", ["3小时前", "2024-03-05"])
def test_a_stream_of_entries_is_rejected(stamp: str) -> None:
    entries = "".join(f"<div><b>第{i}批项目签约</b><p>第{i}批：{SECOND}</p><i>{stamp}</i></div>" for i in range(9))
    with pytest.raises(Rejected, match="not_an_article"):
        clean_page(page(f"<html><head><title>招商动态</title></head><body><div>{entries}</div></body></html>"))


def test_days_of_a_chronicle_are_no_stream() -> None:
    days = "".join(f"<p>2024年3月{i}日</p><p>第{i}批：{SECOND}</p>" for i in range(1, 10))
    html = f"<html><body><h1>{TITLE}</h1><p>2024-03-15 来源：云岭日报</p><div>{days}</div></body></html>"
    assert clean_page(page(html)).text.count("2024年3月") == 9


def short_page(body: str, below: str = "") -> RawPage:
    """A page with little running text in elements that no CMS is known by, beside links and above a long footer."""
    links = "".join(f"<li><a href='{i}.html'>云岭县第{i}批重点项目集中开工仪式举行</a></li>" for i in range(10))
    info = "<div>发布时间：2024-03-05 10:22 来源：云岭日报 浏览次数：12</div>"
    return page(
        f"<html><head><title>{TITLE}</title></head><body>"
        f"<div><h2>{TITLE}</h2>{info}<div class=a2>{body}</div></div>{below}"
        f"<ul>{links}</ul><table><tr><td>本网站由云岭县人民政府主办，欢迎访问，建议使用最新的浏览器浏览本站。</td></tr></table>"
    )


@pytest.mark.parametrize(
    "lines",
    [
        ["现将王建国等3名同志任职情况予以公示。", "联系电话：0000-6350001", "云岭县人力资源局", "2024年3月5日"],
        [
            "县招商局公开招聘工作人员2名。",
            "一、招聘岗位",
            "招商专员2名",
            "二、报名地点",
            "云岭县政务大厅",
            "联系人：王建国",
        ],
        ["云岭的春天", "山那边的雾还没有散", "采茶的姑娘背着竹篓", "走在弯弯的山路上"],
        ["请各单位于3月底前填报。", "<a href=/1.doc>附件1：云岭县招商项目申报表.doc</a>"],
    ],
)
def test_short_lines_of_a_notice_belong_to_it(lines: list[str]) -> None:
    body = "".join(f"<p>{line}</p>" for line in lines)
    kept = [line.partition(">")[2].partition("<")[0] or line for line in lines]
    assert clean_page(short_page(body)).text.split("\n") == kept


def test_a_notice_that_is_a_table() -> None:
    rows = "".join(f"<tr><td>{i}</td><td>云岭新材料产业园{i}期</td><td>{i}亿元</td></tr>" for i in range(1, 9))
    text = clean_page(short_page(f"<p>一季度签约项目公布如下：</p><table>{rows}</table>")).text
    assert text.startswith("一季度签约项目公布如下：\n1 云岭新材料产业园1期 1亿元")
    assert text.endswith("8 云岭新材料产业园8期 8亿元")


def test_links_to_documents_below_short_news() -> None:
    teasers = "".join(
        f"<div><a href={i}.html>云岭县政策解读第{i}期</a><p>第{i}期：{SECOND}</p></div>" for i in range(5)
    )
    article = clean_page(short_page(f"<p>{FIRST}</p><p>{SECOND}</p>", f"<div><h3>相关解读</h3>{teasers}</div>"))
    assert article.text.split("\n") == [FIRST, SECOND]


def test_an_error_of_a_forum_is_no_article() -> None:
    html = f"<html><head><title>招商论坛-错误信息</title></head><body><p>{SECOND}</p><p>您没有权限。{FIRST * 4}</p>"
    with pytest.raises(Rejected, match="not_found_page"):
        clean_page(page(html))


def test_the_table_above_a_government_document_tells_the_day() -> None:
    rows = {"索 引 号": "YL001/2024-00012", "生成日期": "2024-03-05", "公开方式": "主动公开", "公开范围": "面向全社会"}
    table = "".join(f"<dd>{label}：</dd><div>{value}</div>" for label, value in rows.items())
    html = f"""<html><head><meta name="PubDate" content="2024-08-16 10:33"></head><body>{table}<h1>{TITLE}</h1>
        <div>访问量：12</div><div class="ucapcontent"><p>{FIRST}</p><p>{SECOND}</p></div></body></html>"""
    article = clean_page(page(html))
    assert article.published_at is not None
    assert article.published_at.date().isoformat() == "2024-03-05"


def test_an_article_of_a_wechat_account() -> None:
    html = f"""<html><head><meta property="og:site_name" content="微信公众平台"><title>{TITLE}</title>
        </head><body><h1>{TITLE}</h1><div id="js_content"><section><p>{FIRST}</p></section><p>{SECOND}</p></div>
        <script>var ct = "1709604600"; var nickname = htmlDecode("云岭发布");</script></body></html>"""
    article = clean_page(page(html))
    assert (article.source, article.text.split("\n")) == ("云岭发布", [FIRST, SECOND])
    assert article.published_at is not None
    assert article.published_at.isoformat() == "2024-03-05T10:10:00+08:00"


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda t: f"<html><body>{t}</body></html>".encode()))
def test_any_bytes_give_an_article_or_a_reason(body: bytes) -> None:
    try:
        article = clean_page(RawPage(url="http://www.example.cn/", body=body))
    except Rejected:
        return
    assert article.text
