"""A rubric of one's own from the bytes of a file: YAML, a CISO Assistant library, a workbook or CSV; checked like ours."""

from dataclasses import dataclass

from app.errors import Finding, Invalid
from app.i18n import gettext as _
from app.rubrics import strict_yaml
from app.rubrics.check import check
from app.rubrics.findings import validated
from app.rubrics.importing import ciso, reading
from app.rubrics.importing.columns import Table, address, to_document
from app.rubrics.loader import Loaded
from app.rubrics.model import Rubric
from app.rubrics.registry import Library, with_rubrics
from app.rubrics.strict_yaml import Document

ENDINGS = (".yaml", ".yml", ".json", ".xlsx", ".csv")


@dataclass(frozen=True, slots=True)
class Brought:
    """The rubric, and in words what of the file could not be carried over."""

    rubric: Rubric
    notes: tuple[str, ...]


def bring(content: bytes, name: str, library: Library, *, day: str, edition: str = "1") -> Brought:
    """Read and check a file; `day` (year-month-day) and `edition` serve formats that state none.

    Raises Invalid with every finding.
    """
    ending = name.lower().rpartition(".")[2]
    if ending == "xlsx":
        return Brought(_from_table(reading.read_workbook(content, name), library), ())
    if ending == "csv":
        return Brought(_from_table(reading.read_csv(content, name), library), ())
    if ending not in ("yaml", "yml", "json"):
        choices = ", ".join(ENDINGS)
        problem = _("a file of this kind is not read")
        raise Invalid([Finding(name, 0, 0, "", problem, _("use one of: {choices}").format(choices=choices))])
    document = strict_yaml.read(content, name, ciso.MAX_BYTES)
    if ciso.is_ciso(document):
        carried = ciso.carry(document, edition, day)
        return Brought(_checked(carried.document, library), carried.notes)
    if not isinstance(document.data, dict) or document.data.get("format") != "sapa-rubric/1":
        problem = _("this is neither a rubric nor a CISO Assistant library")
        raise Invalid([document.finding(("format",), problem, _("begin it with format: sapa-rubric/1"))])
    return Brought(_checked(_whole(document), library), ())


def _whole(document: Document) -> Document:
    """A single file cannot lean on others: neither on standards beside it nor on another edition."""
    listed = document.data.get("standards")
    apart = [n for n, one in enumerate(listed if isinstance(listed, list) else []) if isinstance(one, str)]
    findings = [
        document.finding(("standards", n), _("a standard in a file of its own"), _("write it into this file")) for n in apart
    ]
    if document.data.get("extends"):
        findings.append(document.finding(("extends",), _("an edition that extends another"), _("write out all its criteria")))
    if findings:
        raise Invalid(findings)
    return document


def _checked(document: Document, library: Library) -> Rubric:
    rubric = validated(Rubric, document)
    findings = check([Loaded(rubric, document)], with_rubrics(library, [rubric]))
    if rubric.reference in library.rubrics or any(one.id == rubric.id for one in library.rubrics.values()):
        problem = _("a rubric of Sapa has this name: {name}").format(name=rubric.id)
        findings.append(document.finding(("id",), problem, _("choose another id")))
    if findings:
        raise Invalid(sorted(set(findings)))
    return rubric


def _from_table(table: Table, library: Library) -> Rubric:
    document = to_document(table, {kind.id: kind.label for kind in library.kinds.kinds})
    try:
        return _checked(document, library)
    except Invalid as wrong:
        raise Invalid(sorted({_at_cell(one, table) for one in wrong.findings})) from None


def _at_cell(finding: Finding, table: Table) -> Finding:
    """The finding at its cell; what has no cell is missing from the part about the rubric or from the row."""
    if not finding.line:
        return finding
    place = table.place if not finding.path.startswith(("id", "edition", "of", "format", "languages")) else table.about
    cell = address(finding.line, finding.column)
    return Finding(place, finding.line, finding.column, f"{cell} {finding.path}", finding.problem, finding.remedy)
