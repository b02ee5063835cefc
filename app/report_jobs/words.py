"""The words for how far a report is."""

from app.i18n import gettext as _
from app.report_jobs.models import JobState
from app.reports.progress import Part


def state_word(state: str) -> str:
    """A state, as a list shows it."""
    return {
        JobState.QUEUED: _("Waiting for its turn"),
        JobState.RUNNING: _("Being made"),
        JobState.DONE: _("Ready"),
        JobState.FAILED: _("Could not be made"),
        JobState.CANCELLED: _("Cancelled"),
    }[JobState(state)]


def part_words(part: str) -> str:
    """What is being done."""
    return {
        Part.DATA: _("reading the data and putting the figures together"),
        Part.FILE: _("writing the file"),
        Part.CHAPTERS: _("laying out the chapters"),
        Part.PAGES: _("laying out the pages"),
        Part.SIGNATURE: _("signing"),
    }[Part(part)]
