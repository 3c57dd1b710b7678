"""Elements that a CMS is known to put the article in."""

from cleaners.candidates import Candidate, Weights
from cleaners.dates import parse_moment
from cleaners.measures import is_info_line, is_linked
from cleaners.tree import Block, PageLines

# what CMSs call the element that holds the article text and nothing else
_CONTAINERS = frozenset(
    (
        # TRS, Hanweb, UCAP (government portals), Founder, easysite, visual sitebuilder, EmpireCMS, DedeCMS
        "TRS_Editor trs_editor_view Custom_UnionStyle trs_paper_default zoom ozoom UCAP-CONTENT ucapcontent "
        "founder-content v_news_content vsb_content p_content easysite-news-text newscontent_txt BodyLabel "
        # portals of papers and their copies
        "artibody article_content article-content articleContent articlecontent article_text rm_txt_con "
        "box_con show_text endText post_text main_content js_content detail-content detailContent "
        "content_area contentText news_content newsContent news-content newscontent cont_txt TRS_UEDITOR "
        "text_content con_text entry-content post-content art_content artical_content contentbody "
        "content_body article-body article_body articleBody news_txt newstext news_text mainText page_text "
        "pages_content detail_content info_content nr_text conTxt xl_content wz_content pcont doccontent "
        "DocHtmlCon bodytext"
    )
    .lower()
    .split()
)
_CONTAINER_TAGS = frozenset(("founder-content", "ucapcontent", "article"))
_CONTAINER_PROPERTIES = frozenset(("articlebody",))
_MAX_CONTAINERS = 100


def find_containers(page: PageLines, weights: Weights) -> list[Candidate]:
    """Known containers with text, best first; of nested ones the innermost that has all the prose."""
    found: list[Candidate] = []
    for block in page.blocks:
        if block.start == block.end or not (name := _container_name(block)):
            continue
        if page.lines[block.start].zone and page.lines[block.end - 1].zone:
            continue
        found.append(weights.weigh(name, block.start, block.end))
        if len(found) == _MAX_CONTAINERS:  # a wall of <article> teasers
            break
    # later ones are inner or further down: prefer them only where they lose no prose
    best: list[Candidate] = []
    for candidate in found:
        outer = next((o for o in best if o.start <= candidate.start and candidate.end <= o.end), None)
        if outer is not None and candidate.prose >= 0.9 * outer.prose and candidate.prose:
            best.remove(outer)
            best.append(candidate)
        else:
            best.append(candidate)
    return sorted(best, key=lambda c: c.score, reverse=True)


def _container_name(block: Block) -> str:
    element = block.element
    if element.tag in _CONTAINER_TAGS:
        return str(element.tag)
    for word in block.name.split():
        if word.lower() in _CONTAINERS:
            return word
    if (element.get("itemprop") or "").lower() in _CONTAINER_PROPERTIES:
        return "articleBody"
    return ""


def follows_info(page: PageLines, candidate: Candidate) -> bool:
    """True where one of the lines just above the candidate is an info line with a date."""
    rows = page.lines[max(0, candidate.start - 10) : candidate.start + 1]
    return any(is_info_line(row.text) and parse_moment(row.text) for row in rows if not is_linked(row))


def own_length(page: PageLines, candidate: Candidate) -> int:
    return sum(len(row.text) - row.links for row in page.lines[candidate.start : candidate.end])
