"""The page that a citation names, in the ways people write it in Kazakh, Russian and English. Pure."""

import re

LARGEST = 99_999
_NUMBER = r"(\d{1,5})(?!\d)"
_BEFORE = re.compile(
    # p. 12, pp. 12-14, page 12; с. 12 (also with the Latin letter), сс., стр. 12, страница 12, на странице 12; бет 12, б. 12.
    rf"(?<!\w)(?:pages?|pp?\.?|страниц\w*|стр\.?|[cс]{{1,2}}\.|бет(?!о)\w*|б\.)\s*(?:№\s*)?{_NUMBER}",
    re.IGNORECASE,
)
_AFTER = re.compile(
    # 12-бет, 12–14-беттер, 12 бет; 12-я страница, 12 стр.; 12th page.
    rf"(?<![\w.,]){_NUMBER}(?:\s*[-–—]\s*\d{{1,5}})?\s*[-–—]?\s*(?:(?:я|ая|й|ой|th|st|nd|rd)\s+)?(?:бет(?!о)\w*|б\.|стр\.?(?!\w)|страниц\w*|page(?!\w))",
    re.IGNORECASE,
)


def page_in(where: str | None) -> int | None:
    """The first page that is named; None when none is."""
    found = [match for pattern in (_AFTER, _BEFORE) if (match := pattern.search(where or ""))]
    if not found:
        return None
    number = int(min(found, key=lambda match: match.start())[1])
    return number if 1 <= number <= LARGEST else None
