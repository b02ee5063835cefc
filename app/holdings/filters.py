"""What is asked of the library in the address of its page: filters, order, page. Nonsense asks for nothing."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from urllib.parse import urlencode

from app.rubrics.model import Nature
from app.web.forms import whole_number

STATES = ("valid", "expiring", "expired", "withdrawn", "unused", "without_file", "mine")
"""Lists of one click, by their key in the address."""
SORTS = ("newest", "code", "title", "kind", "valid_until", "uses")
LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class Filters:
    """Empty or None where nothing is asked. `unit` is "0" for what belongs to the whole organisation, `owner` for nobody's."""

    state: str = ""
    kind: str = ""
    nature: str = ""
    tag: str = ""
    owner: str = ""
    unit: str = ""
    language: str = ""
    text: str = ""
    sort: str = SORTS[0]
    page: int = 1

    @classmethod
    def of(cls, query: Mapping[str, str]) -> "Filters":
        """What an address asks."""

        def number(name: str) -> str:
            found = whole_number(query.get(name, ""))
            return "" if found is None else str(found)

        def text(name: str) -> str:
            value = query.get(name, "")[:LONGEST_TEXT]
            return value if value.isprintable() else ""

        state, sort, nature = query.get("state", ""), query.get("sort", ""), query.get("nature", "")
        return cls(
            state=state if state in STATES else "",
            kind=text("kind"),
            nature=nature if nature in {one.value for one in Nature} else "",
            tag=text("tag"),
            owner=number("owner"),
            unit=number("unit"),
            language=text("language"),
            text=text("text").strip(),
            sort=sort if sort in SORTS else SORTS[0],
            page=max(1, whole_number(query.get("page", "")) or 1),
        )

    def query(self, **other: str | int) -> str:
        """The address's query with some of it changed: what is empty or the rule is left out; another filter is page one."""
        changed = replace(self, **{"page": 1, **other})  # type: ignore[arg-type]  # the names are the fields'
        rule = asdict(Filters())
        return urlencode({name: value for name, value in asdict(changed).items() if value != rule[name]})

    def without(self, *names: str) -> "Filters":
        """The same, with nothing asked of these."""
        return replace(self, **dict.fromkeys(names, ""))  # type: ignore[arg-type]  # the names are the fields'
