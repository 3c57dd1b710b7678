"""clean_page and clean_text: pages written by us in the markup of real templates, texts, refusals, traces."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cleaners import Article, PageRules, RawPage, Rejected, clean_page, clean_text
from cleaners.boilerplate import drop_boilerplate
from cleaners.clean import explain_page, explain_text
from cleaners.schema import CHINA, DateOrigin, RejectReason
from cleaners.tree import Line

CASES = Path(__file__).parent / "cases"
TEMPLATES = sorted((CASES / "templates").glob("*.html"))
TITLE = "云岭县一季度签约项目二十三个"
PARAGRAPHS = [
    "3月4日，云岭县举行一季度招商引资项目集中签约仪式，23个项目落户，协议总投资56.8亿元。",
    "紧盯产业链",
    "今年以来，云岭县围绕新材料、装备制造两大产业，组建六支招商小分队，先后拜访企业81家，“走出去”的脚步一刻没有停下。",
    "下一步，该县将落实“一个项目、一名领导、一套班子”机制，推动签约项目早开工、早投产、早见效。",
]


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


def test_rows_of_a_data_table_are_lines() -> None:
    table = "<table><tr><td>项目</td><td>投资</td></tr><tr><td>新材料</td><td>5亿元</td></tr></table>"
    body = f"<p>{PARAGRAPHS[0]}</p>{table}<p>{PARAGRAPHS[3]}</p>"
    html = f"<html><body><h1>{TITLE}</h1><div id=zoom>{body}</div></body></html>"
    assert clean_page(page(html)).text.split("\n")[1:3] == ["项目 投资", "新材料 5亿元"]


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


@pytest.mark.parametrize("case", json.loads((CASES / "boilerplate.json").read_text("utf-8")), ids=lambda c: c["name"])
def test_boilerplate(case: dict[str, Any]) -> None:
    if case.get("known_failing"):
        pytest.xfail(str(case["known_failing"]))
    kept, _ = drop_boilerplate([Line(text) for text in case["lines"]], case.get("title"))
    assert [line.text for line in kept] == case["kept"]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [*PARAGRAPHS, "责任编辑：李小红", "分享到：", "来源：云岭日报", "相关阅读", "（记者 王建国）", "1"]
        )
    )
)
def test_dropping_is_idempotent(texts: list[str]) -> None:
    once, _ = drop_boilerplate([Line(text) for text in texts], TITLE)
    twice, dropped = drop_boilerplate([Line(line.text) for line in once], TITLE)
    assert [line.text for line in twice] == [line.text for line in once]
    assert not dropped


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400) | st.text(max_size=400).map(lambda t: f"<html><body>{t}</body></html>".encode()))
def test_any_bytes_give_an_article_or_a_reason(body: bytes) -> None:
    try:
        article = clean_page(RawPage(url="http://www.example.cn/", body=body))
    except Rejected:
        return
    assert article.text
