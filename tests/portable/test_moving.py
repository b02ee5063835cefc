"""Moving an assessment to another edition: what is carried, what is to be confirmed, what stays open; evidence always follows."""

from hypothesis import given
from hypothesis import strategies as st

from app.portable.model import Citation, Portable, PortableAction, PortableAnswer, Rater
from app.portable.moving import move, preview
from app.portable.read import read, read_path
from app.portable.write import to_yaml
from app.rubrics import registry
from app.rubrics.editions import edition_map
from tests.factories import EXAMPLES

LIBRARY = registry.home()
EDITIONS = edition_map(LIBRARY, "iso-9001-2015@1", "iso-9001-2026@1")
SAMPLE = read_path(EXAMPLES / "paper-university.en.yaml", LIBRARY)
OLD, NEW = "iso-9001-2015:", "iso-9001-2026:"


def _with(**answers: PortableAnswer) -> Portable:
    named = {OLD + name.removeprefix("c").replace("_", "."): answer for name, answer in answers.items()}
    return SAMPLE.model_copy(update={"answers": named, "actions": (), "targets": {}, "raters": {}})


def test_an_unchanged_criterion_keeps_its_answer_as_it_is() -> None:
    answer = PortableAnswer(level=3, comment="Scope", evidence=(Citation(id="E-01", where="p. 1"),))
    assert move(_with(c4_3=answer), EDITIONS).answers == {NEW + "4.3": answer}


def test_an_extended_criterion_is_carried_to_be_confirmed() -> None:
    moved = move(_with(c7_3=PortableAnswer(level=3)), EDITIONS).answers[NEW + "7.3"]
    assert (moved.level, moved.to_confirm) == (3, True)


def test_a_merge_takes_the_lowest_level_all_evidence_and_both_texts() -> None:
    first = PortableAnswer(level=4, comment="General", evidence=(Citation(id="E-01"), Citation(id="E-02", where="p. 2")))
    others = (Citation(id="E-02", where="p. 2"), Citation(id="E-01", where="§1"))
    second = PortableAnswer(level=2, comment="Continual", evidence=others)
    moved = move(_with(c10_1=first, c10_3=second), EDITIONS).answers[NEW + "10.1"]
    assert (moved.level, moved.to_confirm) == (2, True)
    assert moved.comment == "10.1: General\n\n10.3: Continual"
    assert moved.evidence == (Citation(id="E-02", where="p. 2"), Citation(id="E-01", where="§1"))


def test_the_second_half_of_a_split_is_left_open_and_its_evidence_follows() -> None:
    answer = PortableAnswer(level=3, comment="Risks", evidence=(Citation(id="E-01"),))
    moved = move(_with(c6_1_2=answer), EDITIONS).answers
    assert (moved[NEW + "6.1.2"].level, moved[NEW + "6.1.2"].to_confirm) == (3, True)
    assert moved[NEW + "6.1.3"] == PortableAnswer(evidence=(Citation(id="E-01"),))


def _action(name: str) -> PortableAction:
    return PortableAction(criterion=OLD + name, what="Improve")


def test_targets_actions_and_raters_move_with_their_criteria() -> None:
    portable = SAMPLE.model_copy(
        update={
            "targets": {OLD + "10.3": 4, "esg-2015:policy.public": 4},
            "actions": (
                _action("10.3"),
                _action("8.6"),
            ),
            "raters": {"auditor": Rater(role="internal_auditor", levels={OLD + "10.1": 3, OLD + "10.3": 1})},
        }
    )
    moved = move(portable, EDITIONS)
    assert moved.targets == {NEW + "10.1": 4, "esg-2015:policy.public": 4}
    assert [action.criterion for action in moved.actions] == [NEW + "10.1", NEW + "8.6"]
    assert moved.raters["auditor"].levels == {NEW + "10.1": 1}


def test_an_action_moves_with_every_criterion_it_serves_and_names_each_once() -> None:
    action = _action("10.3").model_copy(update={"criteria": (OLD + "10.1", OLD + "8.6", "esg-2015:policy.public")})
    moved = move(SAMPLE.model_copy(update={"actions": (action,), "targets": {}, "raters": {}}), EDITIONS)
    assert moved.actions[0].every_criterion == (NEW + "10.1", NEW + "8.6", "esg-2015:policy.public")


def test_the_moved_sample_can_be_read_and_the_preview_tells_the_truth() -> None:
    told, moved = preview(SAMPLE, EDITIONS), move(SAMPLE, EDITIONS)
    again = read(to_yaml(moved).encode(), "moved.yaml", LIBRARY)
    assert again == moved
    assert again.rubrics == ("esg-2015@1", "iso-9001-2026@1", "double-degree@1")
    state = {name.removeprefix(NEW): answer for name, answer in moved.answers.items() if name.startswith(NEW)}
    assert set(told.to_confirm) <= {name for name, answer in state.items() if answer.to_confirm}
    assert len(told.carried) + len(told.to_confirm) + len(told.left_open) == 62
    assert "6.1.3" in told.left_open
    assert told.ended == ()


NAMES = [criterion.id for criterion in EDITIONS.older.criteria()]


@given(st.dictionaries(st.sampled_from(NAMES), st.integers(0, 4)))
def test_no_level_ever_rises_and_no_evidence_is_lost(levels: dict[str, int]) -> None:
    answers = {OLD + name: PortableAnswer(level=level, evidence=(Citation(id=f"E-{name}"),)) for name, level in levels.items()}
    portable = SAMPLE.model_copy(update={"answers": answers, "actions": (), "targets": {}, "raters": {}})
    moved = move(portable, EDITIONS).answers
    for step in EDITIONS.steps:
        answer = moved.get(NEW + step.criterion.id)
        if answer is not None and answer.level is not None:
            assert answer.level == min(levels[name] for name in step.origin if name in levels)
    cited = {citation.id for answer in moved.values() for citation in answer.evidence}
    assert cited == {f"E-{name}" for name in levels}
