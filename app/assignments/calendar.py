"""Due dates for a calendar program, as RFC 5545 has it: pure, from what is due to the text.

Nothing of an assessment's content leaves in it: only its title, the code of what is due, and a link for who may follow it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar, Event


@dataclass(frozen=True, slots=True)
class Entry:
    """A day in the calendar. `number` names it for good; `made_at` is when it was assigned."""

    number: int
    title: str
    code: str
    link: str
    due: date
    made_at: datetime


def as_calendar(entries: Iterable[Entry], *, name: str, host: str) -> bytes:
    """The calendar with one whole-day entry for each due date; the same for the same entries."""
    calendar = Calendar()
    calendar.add("prodid", "-//Sapa//due dates//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", name)
    for one in entries:
        event = Event()
        event.add("uid", f"assignment-{one.number}@{host}")
        event.add("dtstamp", one.made_at)
        event.add("dtstart", one.due)
        event.add("dtend", one.due + timedelta(days=1))
        event.add("summary", f"{one.code} – {one.title}")
        event.add("url", one.link)
        event.add("transp", "TRANSPARENT")
        calendar.add_component(event)
    text: bytes = calendar.to_ical()
    return text
