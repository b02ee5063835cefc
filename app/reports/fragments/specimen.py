"""A page that has what pages of a report have: whoever drew it once has found the fonts and read the dictionaries for the others.

Finding a font costs a millisecond for each size, weight and language, and what is called for the first time has to be declared
to the renderer's libraries: a quarter of the time that a short part takes. Nothing that people wrote is in it.
"""

import re
from collections.abc import Iterable

from app.reports.page_blank import BLANK

LANGUAGES = ("kk", "ru", "en")
BODY = "9pt"
"""The size in which something is set in italics."""
_SIZE = re.compile(r"font(?:-size)?:[^;}]*?([0-9.]+pt)")
_ROW = (
    '<tr><th scope="row"><a class="ref" href="#here">1.1<span class="page-number"> 1 ' + BLANK + "</span></a></th>"
    "<td>Universities, programmes, agreements, responsibilities and qualifications in one cell of several lines.<br/>"
    "<strong>1</strong></td></tr>"
)
_CHART = (
    '<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 40 20" role="img"><title>1</title>'
    '<rect x="1" y="1" width="9" height="9" fill="#0b5d5a"/>'
    '<path d="M0 0L5 5" stroke="#1b2a2e"/><line x1="0" y1="0" x2="9" y2="9" stroke="#1b2a2e"/><circle cx="5" cy="5" r="2"/>'
    '<text x="9" y="9" font-size="7">7</text></svg>'
)


def html(css: Iterable[str]) -> str:
    """The page, with every size that the style sheets name."""
    sizes = sorted({size for sheet in css for size in _SIZE.findall(sheet)})
    italic = " <em>1</em> <em><b>1</b></em>"
    lines = "".join(
        f'<p lang="{language}" style="font-size: {size}">1 <b>1</b>{italic if size == BODY else ""}</p>'
        for language in LANGUAGES
        for size in sizes
    )
    return (
        '<!DOCTYPE html><html lang="en"><head><title>1</title></head><body class="continued" data-chapter="1">'
        f'<section class="chapter"><h1>1</h1>{lines}<h3 class="criterion" id="here" data-label="1">1</h3>'
        '<table class="small"><caption>1</caption><colgroup><col class="w10"/><col/></colgroup>'
        f'<thead><tr><th scope="col">1</th><th scope="col">1</th></tr></thead><tbody>{_ROW * 3}</tbody></table>'
        f"<ul><li>1</li></ul><dl><dt>1</dt><dd>1</dd></dl>{_CHART}</section></body></html>"
    )
