"""Many people who save the same few answers at once, over HTTP: what each was told, and whether the history agrees.

Nobody may lose what they were told is saved, nobody may overwrite what they have not seen, and no other answer than “saved” or
“somebody else was faster” may come. Used by the tests, and with thousands of saves by `bench/conflicts.py`.
"""

import http.client
import random
import re
import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

from sqlalchemy import select

from app.assessments.models import Answer, AnswerChange
from app.db import Database

SAVED, CONFLICT = 200, 409
"""What a page of ours is told when it saves by itself."""
VERSION = re.compile(rb'name="version" value="(\d+)"')
PATIENCE = 120


@dataclass(frozen=True)
class Colleague:
    """A signed-in person: the session's cookie and the token of its forms."""

    name: str
    cookie: str
    token: str


@dataclass
class Told:
    """What the people were told: counts by status, what was acknowledged, and what was neither saved nor a conflict."""

    statuses: Counter[int] = field(default_factory=Counter)
    saved: dict[str, list[tuple[int, str]]] = field(default_factory=dict)
    strange: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Place:
    """Where the saves go."""

    base_url: str
    assessment: int
    criteria: Sequence[str]


class _Voice:
    """One person's connection, and the version of each answer that they saw last."""

    def __init__(self, place: Place, who: Colleague, seed: int) -> None:
        parts = urlsplit(place.base_url)
        self._connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=PATIENCE)
        self._place, self._who, self._random = place, who, random.Random(seed)  # noqa: S311 - a play, no secret
        self._seen: dict[str, int] = {}
        # As a page saves by itself: what comes back is the form alone.
        self._headers = {"cookie": who.cookie, "origin": place.base_url, "sec-fetch-site": "same-origin", "hx-request": "true"}

    def _ask(self, method: str, criterion: str, fields: Mapping[str, str] | None = None) -> tuple[int, bytes]:
        headers = {**self._headers, **({"content-type": "application/x-www-form-urlencoded"} if fields else {})}
        path = f"/assessments/{self._place.assessment}/criteria/{criterion}"
        self._connection.request(method, path, urlencode(fields) if fields else None, headers)
        answer = self._connection.getresponse()
        return answer.status, answer.read()

    def save(self, number: int, told: Told, lock: threading.Lock) -> None:
        """Save an answer from the version seen last; after a conflict, the version shown is the one seen."""
        criterion = self._random.choice(self._place.criteria)
        seen = self._seen.get(criterion, 0)
        text = f"{self._who.name} {number}"
        fields = {"csrf_token": self._who.token, "version": str(seen), "choice": str(number % 5), "comment": text}
        status, body = self._ask("POST", criterion, fields)
        if status == SAVED:
            self._seen[criterion] = seen + 1
        elif status == CONFLICT and (shown := VERSION.search(body)):
            self._seen[criterion] = int(shown[1])
        with lock:
            told.statuses[status] += 1
            if status == SAVED:
                told.saved.setdefault(criterion, []).append((seen + 1, text))
            elif status != CONFLICT or b"locked" in body:
                told.strange.append(f"{status}: {body[:200]!r}")


def storm(place: Place, people: Sequence[Colleague], saves: int, progress: Callable[[int], None] = lambda _done: None) -> Told:
    """`saves` saves in all, by everybody at once; `progress` is told how many were answered, from any thread."""
    told, lock, gate = Told(), threading.Lock(), threading.Barrier(len(people))

    def work(seed: int, who: Colleague) -> None:
        voice = _Voice(place, who, seed)
        gate.wait()
        try:
            for number in range(saves // len(people)):
                voice.save(number, told, lock)
                progress(told.statuses.total())
        except OSError as broken:
            with lock:
                told.strange.append(f"{who.name}: {broken!r}")

    threads = [threading.Thread(target=work, args=one) for one in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return told


def wrong(database: Database, place: Place, told: Told) -> list[str]:
    """Where the history differs from what people were told: a save that is gone, came twice, or stands on another's place."""
    found = list(told.strange)
    for criterion in place.criteria:
        query = (
            select(AnswerChange.version, AnswerChange.content)
            .join(Answer, Answer.id == AnswerChange.answer_id)
            .where(Answer.assessment_id == place.assessment, Answer.criterion == criterion)
            .order_by(AnswerChange.version)
        )
        with database.read() as session:
            kept = [(version, content["comment"]) for version, content in session.execute(query)]
            now = session.execute(
                select(Answer.version, Answer.comment).where(
                    Answer.assessment_id == place.assessment, Answer.criterion == criterion
                )
            ).first()
        acknowledged = sorted(told.saved.get(criterion, []))
        if kept != acknowledged:
            lost = [one for one in acknowledged if one not in kept]
            found.append(f"{criterion}: {len(acknowledged)} saves were acknowledged, {len(kept)} are kept; lost: {lost[:3]}")
        if [version for version, _text in kept] != list(range(1, len(kept) + 1)):
            found.append(f"{criterion}: the versions are not 1 to {len(kept)}")
        if kept and (now is None or tuple(now) != kept[-1]):
            found.append(f"{criterion}: stands at {now}, the last that was kept is {kept[-1]}")
    return found
