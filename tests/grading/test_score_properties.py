"""What must hold for every agreement: points are earned by firm better promises, and by nothing else."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.grading.assessment import letters
from app.grading.catalogue import load_catalogue
from app.grading.found import Found
from app.grading.profile import GRADES
from app.grading.rubric import find_rubric
from app.grading.score import Score, score

HD90 = find_rubric("hd90-2023")
CATALOGUE = load_catalogue()


@st.composite
def found(draw: Any, verdicts: tuple[str, ...] = ("better", "equal", "below", "vague")) -> Found:
    provision = CATALOGUE.provisions[draw(st.sampled_from(sorted(CATALOGUE.provisions)))]
    unit = draw(st.sampled_from([None, *provision.units]))
    has = unit not in (None, "none")
    size = st.one_of(st.integers(0, 100), st.integers(1000, 10_000_000), st.floats(0, 200, allow_nan=False))
    floor = draw(st.one_of(st.none(), st.integers(1, 5_000_000))) if has else None
    return Found(
        path=f"{draw(st.integers(1, 60))}.{draw(st.integers(1, 9))}",
        provision=provision.id,
        verdict=draw(st.sampled_from(verdicts)),
        amount=draw(size) if has else None,
        unit=unit if has else None,
        baseline=floor,
        baseline_unit=unit if floor is not None else None,
    )


agreements = st.lists(found(), max_size=60)


def rank(points: Score) -> int:
    letter = letters(HD90, points)[0]
    return len(GRADES) - GRADES.index(letter) if letter else 0


@settings(max_examples=150)
@given(agreements, found(("better",)))
def test_adding_a_firm_better_promise_never_lowers_points_or_letter(findings: list[Found], more: Found) -> None:
    before, after = score(HD90, findings), score(HD90, [*findings, more])
    assert after.content >= before.content
    assert rank(after) >= rank(before)


@settings(max_examples=150)
@given(agreements, st.lists(found(("equal", "vague", "below")), max_size=20))
def test_restated_law_and_vague_words_never_raise_points(findings: list[Found], padding: list[Found]) -> None:
    assert score(HD90, [*findings, *padding]).content == score(HD90, findings).content


@settings(max_examples=150)
@given(agreements, st.integers(2, 4))
def test_repetition_never_raises_points(findings: list[Found], times: int) -> None:
    assert score(HD90, findings * times).content == score(HD90, findings).content


@settings(max_examples=150)
@given(agreements, st.randoms(use_true_random=False))
def test_the_order_of_clauses_is_irrelevant(findings: list[Found], random: Any) -> None:
    shuffled = list(findings)
    random.shuffle(shuffled)
    one, two = score(HD90, findings), score(HD90, shuffled)
    assert {item.item.id: item.points for item in one.groups[1].items} == {item.item.id: item.points for item in two.groups[1].items}


@settings(max_examples=150)
@given(agreements)
def test_half_points_only_and_every_total_is_the_sum_of_what_is_shown(findings: list[Found]) -> None:
    got = score(HD90, findings)
    content = next(group for group in got.groups if group.group.id == "content")
    assert all((item.points or 0.0) % 0.5 == 0 and (item.earned or 0.0) % 0.5 == 0 for item in content.items)
    assert all(0 <= (item.points or 0.0) <= item.max_points for item in content.items)
    assert content.points == sum(item.points or 0.0 for item in content.items)
    assert content.points == sum(topic.points for topic in got.topics)
    assert all(topic.points <= topic.topic.max for topic in got.topics)
    assert content.points == sum(got.finding_points().values())


@settings(max_examples=100)
@given(agreements)
def test_every_point_is_traced_to_a_firm_better_finding_of_its_provision(findings: list[Found]) -> None:
    for item in score(HD90, findings).groups[1].items:
        for index in item.findings:
            assert item.item.earn is not None
            assert findings[index].provision == item.item.earn.provision
            assert findings[index].verdict == "better"
        assert bool(item.earned) <= bool(item.findings)
