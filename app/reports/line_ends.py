"""Where no line of a printed report ends: in a range (4–10), between a number and its ending (22-сінде), before a dash or %.

A joiner of words says so, which has no shape and is not in the text of the file. White space that is not to be broken would be:
the renderer tears a line apart elsewhere when what may not be broken does not fit.
"""

import re

JOINER = "\u2060"
# The dash first: an expression that begins with what to look behind for takes ten times as long.
_RANGE = re.compile(r"–(?<=\d–)(?=\d)")
_ENDING = re.compile(r"-(?<=\d-)(?=[а-яёәғқңөұүһі])")
_NEVER_FIRST = ("–", "—", "%")


def without_bad_ends(html: str) -> str:
    """The HTML of what is printed, with joiners in its body, where no name, address or style has any of these.

    What is said of the file has no lines, and none.
    """
    head, begins, body = html.partition("<body")
    body = _ENDING.sub("-" + JOINER, _RANGE.sub("–" + JOINER, body))
    for sign in _NEVER_FIRST:
        body = body.replace(f" {sign}", f" {JOINER}{sign}")
    return head + begins + body
