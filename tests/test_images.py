"""Pictures of an article: those of its container, with their captions, and no others."""

from cleaners import Image, RawPage, clean_page

TEXT = "　　6月12日，青澜县举行重点项目集中签约仪式，现场签约项目9个，协议引资47.6亿元，涵盖新材料、智能装备等领域。"


def read(body: str) -> tuple[Image, ...]:
    page = f"""<html><head><meta charset="utf-8"><title>青澜县举行集中签约仪式_青澜新闻网</title></head><body>
<div class="logo"><img src="/images/top.jpg" width="980"></div><h1>青澜县举行集中签约仪式</h1>
<div class="info">2024-06-12 09:26 来源：青澜日报</div><div class="TRS_Editor">{body}</div>
<div class="bottom"><p><img src="/images/gongan.png"></p><p>主办：青澜县融媒体中心</p></div></body></html>"""
    return clean_page(RawPage(url="http://www.qinglan.example/zsyz/a.html", body=page.encode())).images


def test_pictures_between_paragraphs_have_their_captions() -> None:
    images = read(
        f'<p align="center"><img src="./W01.jpg"></p><p>图为签约仪式现场。（陆远舟 摄）</p><p>{TEXT}</p>'
        '<p><img src="blank.gif" data-original="http://img.qinglan.example/2.jpg" alt="企业代表参观展厅"></p>'
        f"<p>{TEXT}</p>"
    )
    assert images == (
        Image("http://www.qinglan.example/zsyz/W01.jpg", "图为签约仪式现场。（陆远舟 摄）"),
        Image("http://img.qinglan.example/2.jpg", "企业代表参观展厅"),
    )


def test_picture_after_the_last_paragraph_counts() -> None:
    assert read(f'<p>{TEXT}</p><p>{TEXT}</p><p><img src="3.jpg"></p>') == (
        Image("http://www.qinglan.example/zsyz/3.jpg"),
    )


def test_icons_and_the_pages_own_pictures_do_not() -> None:
    body = f'<p><img src="/skin/icon_3.gif">{TEXT}<img src="x.jpg" width="16"><img src="data:image/gif;base64,R0"></p>'
    assert read(body + f'<p>{TEXT}</p><p><img src="javascript:alert(1)"><img src="http://[bad/1.jpg"></p>') == ()


def test_line_below_that_is_no_caption_is_none() -> None:
    assert read(f'<p>{TEXT}</p><p><img src="4.jpg"></p><p>图书馆也在建设中。</p><p>{TEXT}</p>')[0].caption is None
