"""What pages of one CMS have and pages of others do not: the table behind `recognition`.

Weight 3 names the CMS (its generator, its own form of addresses in numbers), 2 is its habit, 1 is what others have too,
or what travels: editors paste `<founder-content>`, `<!--<$[信息内容]>begin-->` and `class=TRS_Editor` with the text of
others.
"""

import re
from dataclasses import dataclass

GENERATOR, META, COMMENT, TAG, NAME, SCRIPT, TITLE, OWN, LINKED, CREDIT, HOST = (
    *("generator", "meta", "comment", "tag", "class or id", "script", "title"),
    *("own address", "linked address", "credit", "host"),
)
"""Where a sign is looked for. OWN: addresses (links, scripts, style sheets, forms) of the portal itself, without the
host; LINKED: with it, of any host; CREDIT: address and words of links that leave the portal."""


@dataclass(frozen=True, slots=True)
class Sign:
    """Something that pages of one platform have."""

    platform: str
    weight: int
    where: str
    pattern: re.Pattern[str]
    words: str
    """What it is, for people."""
    least: int = 1
    """How many different addresses must show it; the address of the page itself is enough alone."""


TITLES = {
    "trs": "TRS WCM (拓尔思)",
    "founder": "Founder (方正翔宇)",
    "hanweb": "Hanweb (大汉)",
    "enorth": "enorth Webpublisher (北方网)",
    "powereasy": "PowerEasy SiteFactory (动易)",
    "dedecms": "DedeCMS (织梦)",
    "empirecms": "EmpireCMS (帝国)",
    "cjyun": "长江云",
    "wordpress": "WordPress",
    "easysite": "EasySite (汇蓝)",
    "vsb": "VSB (博达)",
    "epoint": "Epoint EWebBuilder (国泰新点)",
}


def _sign(platform: str, weight: int, where: str, pattern: str, words: str, least: int = 1) -> Sign:
    return Sign(platform, weight, where, re.compile(pattern, re.IGNORECASE), words, least)


_DAY = r"(?:19|20)\d\d"
SIGNS = (
    _sign("trs", 3, OWN, rf"/{_DAY}\d\d/t{_DAY}\d{{4}}_\d+\.s?html?$", "articles at 202403/t20240305_123.html", 3),
    _sign("trs", 3, NAME, r"^CurrChnlCls$", "breadcrumb links of class CurrChnlCls"),
    _sign("trs", 1, NAME, r"^(?:trs_(?:\w*editor\w*|paper_default|preappend))$", "the editor's class TRS_Editor"),
    _sign("trs", 1, OWN, rf"/[WP]0{_DAY}\d{{14,}}(?:_\d+)?\.\w+$", "files named W020240305..."),
    _sign("trs", 1, SCRIPT, r"\bcreatePageHTML\(", "the pager script createPageHTML()"),
    _sign("trs", 1, OWN, r"^/was5/web/", "the search server /was5/web/"),
    _sign("founder", 2, COMMENT, r"^\s*/?enpproperty\b", "comments <!--enpproperty"),
    _sign("founder", 1, COMMENT, r"^\s*/?enpcontent\b", "comments <!--enpcontent-->"),
    _sign("founder", 2, TAG, r"^founder-\w+$", "elements <founder-content>"),
    _sign("founder", 2, OWN, rf"/{_DAY}-\d\d/\d\d/content_\d+\.s?html?$", "articles at 2024-03/05/content_123.htm", 3),
    _sign("founder", 1, OWN, r"/node_\d+\.s?html?$", "channels at node_187.htm", 2),
    _sign("hanweb", 2, COMMENT, r"^\s*ZJEG_RSS\.|^\s*<\$\[信息内容", "comments <!--ZJEG_RSS.content.begin-->"),
    _sign("hanweb", 2, COMMENT, r"^\s*<\$\[(?!信息内容)", "comments <!--<$[信息来源]>begin-->"),
    _sign("hanweb", 3, OWN, rf"/art/{_DAY}/\d\d?/\d\d?/art_\d+_\d+\.html$", "articles at art/2024/3/5/art_1_2.html", 3),
    _sign("hanweb", 2, OWN, r"/col/col\d+/", "channels at col/col123/", 2),
    _sign("hanweb", 2, SCRIPT, r"/jpage/dataproxy\.jsp|<datastore>", "lists in a <datastore> from dataproxy.jsp"),
    _sign("hanweb", 2, OWN, r"/module/\w+/(?:\w+/)?\w+\.jsp|/jcms/jcms_files/", "addresses below /module/ or /jcms/"),
    _sign("hanweb", 2, META, r"^i_(?:columnid|articleid)=", "meta i_columnid"),
    _sign("hanweb", 1, META, r"^(?:ContentStart|ContentEnd|Maketime)=", "meta ContentStart"),
    _sign("hanweb", 3, CREDIT, r"//(?:www\.)?hanweb\.com\S*\s.*(?:produced by|大汉)", "credited: Produced By 大汉网络"),
    _sign("enorth", 3, COMMENT, r"^\s*(?:<page cms=\"enorth|enorth cms )", "comments <!--enorth cms block"),
    _sign(
        "enorth", 3, OWN, rf"/system/{_DAY}/\d\d/\d\d/\d{{9}}(?:_\d+)?\.s?html?$", "articles at system/2024/03/05", 3
    ),
    _sign("enorth", 3, OWN, r"/system/count/+\d{7}/", "pagers at system/count//0088001/"),
    _sign("powereasy", 3, COMMENT, r"^\s*\{pe\.(?:begin|end)\.", "comments <!--{pe.begin.pagination}-->"),
    _sign("powereasy", 3, NAME, r"^pe100_page_", "pagers with the id pe100_page_..."),
    _sign("powereasy", 2, OWN, r"/Item/\d+\.aspx$", "articles at Item/123.aspx", 3),
    _sign("powereasy", 2, OWN, r"/Category_\d+/Index(?:_\d+)?\.aspx$", "channels at Category_12/Index.aspx", 2),
    _sign("powereasy", 1, OWN, r"^/Template/Default/Skin/", "style sheets in /Template/Default/Skin/"),
    _sign("dedecms", 3, CREDIT, r"dedecms\.com\S*\s.*(?:power|dedecms_v\d)", "credited: Powered by DedeCMS"),
    _sign("dedecms", 3, OWN, r"/include/dedeajax2?\.js$", "the script dedeajax2.js"),
    _sign("dedecms", 2, OWN, r"^/templets/", "style sheets in /templets/"),
    _sign(
        *("dedecms", 2, OWN, r"/plus/(?:list|view|search|heightsearch|feedback|count|diggindex|stow)\.php"),
        "addresses like /plus/list.php",
    ),
    _sign("dedecms", 2, NAME, r"^dede_pages$", "pagers of class dede_pages"),
    _sign("dedecms", 1, OWN, r"(?:^|/)list_\d+_\d+\.html$", "lists at list_1_2.html"),
    _sign("dedecms", 1, OWN, r"/data/(?:sitemap|rssmap)\.html$", "the site map /data/sitemap.html"),
    _sign("empirecms", 3, TITLE, r"Powered by EmpireCMS", "title: Powered by EmpireCMS"),
    _sign("empirecms", 3, CREDIT, r"phome\.net\S*\s.*EmpireCMS", "credited: Powered by EmpireCMS"),
    _sign("empirecms", 2, OWN, r"^/e/(?:search/(?:index\.php)?$|search/result/)", "the search form /e/search/"),
    _sign(
        *(
            "empirecms",
            2,
            OWN,
            r"^/e/(?:action/\w+Info|public|member|extend|tool|pl|DoPrint|DownSys|space)\b",
        ),
        "addresses like /e/action/ListInfo/, /e/public/",
    ),
    _sign("empirecms", 1, SCRIPT, r"/e/(?:data|public)/\w", "files below /e/data/ in scripts"),
    _sign("empirecms", 1, LINKED, r"^//[^/]+/+d/file/", "uploads below /d/file/"),
    _sign("empirecms", 1, OWN, r"^/skin/(?:default|ecms)/", "style sheets in /skin/default/"),
    _sign("empirecms", 1, OWN, rf"/{_DAY}-\d\d-\d\d/\d+\.html$", "articles at CHANNEL/2024-03-05/123.html", 3),
    _sign("cjyun", 3, HOST, r"\.cjyun\.org(?:\.cn)?$", "the host is below cjyun.org"),
    _sign("cjyun", 2, SCRIPT, r"\bapp\.cjyun\.org\b", "the login script asks app.cjyun.org"),
    _sign("cjyun", 1, NAME, r"^(?:loginDialog|js_login_account)$", "the login form of class loginDialog"),
    _sign("cjyun", 1, LINKED, r"//img\.cjyun\.org(?:\.cn)?/a/\d+/", "pictures from img.cjyun.org"),
    _sign("cjyun", 1, OWN, r"^/p/\d+\.html$", "articles at /p/123.html", 3),
    _sign("wordpress", 3, GENERATOR, r"^WordPress\b", "meta generator"),
    _sign("wordpress", 2, OWN, r"/wp-content/(?:themes|plugins)/", "files below /wp-content/themes/"),
    _sign("wordpress", 2, OWN, r"/wp-includes/", "files below /wp-includes/"),
    _sign("wordpress", 1, OWN, r"/wp-json/|/xmlrpc\.php", "the interface /wp-json/"),
    _sign(
        *("easysite", 3, NAME, r"^eprotalCurrent(?:Page|Site|Article|Column)\w+$"),
        "hidden fields eprotalCurrentPageId",
    ),
    _sign("easysite", 2, OWN, r"^/eportal/(?:ui\b|fileDir/|uiFramework/)", "addresses below /eportal/"),
    _sign("easysite", 1, NAME, r"^(?:easysiteText|easysite-news-\w+)$", "the body has the id easysiteText"),
    _sign("vsb", 2, NAME, r"^vsb_(?:news)?content(?:_\w+)?$", "the body has the id vsb_content"),
    _sign("vsb", 1, NAME, r"^v_news_content$", "the editor's class v_news_content"),
    _sign("vsb", 2, OWN, r"/system/(?:_content/(?:download|getclick)|resource/js/dynclicks)", "scripts below /system/"),
    _sign("vsb", 1, OWN, r"/info/\d{4}/\d+\.htm$", "articles at info/1016/1234.htm", 3),
    _sign("vsb", 2, NAME, r"^line_?u\d+_\d+$", "list items with the id line_u8_0", 3),
    _sign("vsb", 1, NAME, r"^fanye\d{4,}$", "pagers with the id fanye203020"),
    _sign("epoint", 3, NAME, r"^ewb-[a-z]", "classes ewb-list-node and the like", 3),
    _sign("epoint", 2, OWN, r"/webBuilderCommon\w*\.(?:js|css)$", "the script webBuilderCommon.js"),
    _sign(
        *("epoint", 2, OWN, rf"/\d{{6,15}}/{_DAY}\d{{4}}/[0-9a-f]{{8}}(?:-[0-9a-f]{{4,}}){{2,4}}\.html$"),
        *("articles at 032001/20240506/UUID.html", 3),
    ),
)
