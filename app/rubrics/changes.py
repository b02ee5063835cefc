"""A rubric of only what changed: the criteria of an edition that are new in substance against the one it extends."""

from app.rubrics.model import Change, Rubric

IN_SUBSTANCE = (Change.EXTENDED, Change.MERGED, Change.SPLIT, Change.NEW)
"""A reworded criterion asks what it asked before."""
SUFFIX = "-changed"


def only_changes(rubric: Rubric) -> Rubric | None:
    """The edition restricted to the criteria changed in substance, as a rubric of its own; None when it gives no title for it.

    Its id ends in `-changed`, so that no crosswalk made for the whole edition is applied to a part of it.
    """
    if rubric.changes is None:
        return None
    standards = []
    for standard in rubric.standards:
        criteria = tuple(one for one in standard.criteria if one.change in IN_SUBSTANCE)
        if criteria:
            standards.append(standard.model_copy(update={"criteria": criteria}))
    of = rubric.of.model_copy(update={"title": rubric.changes})
    update = {"id": rubric.id + SUFFIX, "extends": None, "changes": None, "of": of, "standards": tuple(standards)}
    return Rubric.model_construct(**{**dict(rubric), **update})


def changes_of(rubric: Rubric) -> str:
    """The reference of the rubric of only what changed in this edition."""
    return f"{rubric.id}{SUFFIX}@{rubric.edition}"
