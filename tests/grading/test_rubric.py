"""The rubric loader: the shipped profile is whole, and every kind of broken file is refused with its exact message."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from app.grading.catalogue import RULES, load_catalogue
from app.grading.rubric import RuleFileError, check_rubrics, find_rubric, load_rubric

PROFILES = Path(__file__).parent / "profiles"
BROKEN = sorted(PROFILES.glob("broken_*.yaml"))


def test_shipped_profiles_are_sound() -> None:
    assert check_rubrics() == []


def test_guideline_frame_of_hd90() -> None:
    profile = find_rubric("hd90-2023")
    assert {group.id: group.max for group in profile.groups} == {
        "process": 4,
        "content": 85,
        "signing_implementation": 6,
        "bonus": 5,
    }
    assert profile.step == 0.5
    assert [(letter.grade, letter.at_least) for letter in profile.letters] == [("A", 80), ("B", 65), ("C", 50)]
    assert profile.status == "provisional"
    assert sum(topic.max for topic in profile.topics) == 85
    assert all(item.evidence for item in profile.items if item.group != "content")


def test_every_provision_of_the_catalogue_has_an_item() -> None:
    scored = {item.earn.provision for item in find_rubric().items if item.earn}
    assert scored == set(load_catalogue().provisions)


def test_small_profile_loads() -> None:
    assert load_rubric(PROFILES / "small.yaml").reference == "small@1"


@pytest.mark.parametrize("path", BROKEN, ids=lambda path: path.stem.removeprefix("broken_"))
def test_broken_profile_is_refused_with_its_message(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    expected = [line.removeprefix("# expect: ") for line in lines if line.startswith("# expect: ")]
    assert expected, "a broken file states the message it must give"
    with pytest.raises(RuleFileError) as caught:
        load_rubric(path)
    assert str(caught.value).splitlines() == [f"{path.name}: {message}" for message in expected]


def test_there_is_a_broken_file_for_every_failure() -> None:
    assert len(BROKEN) >= 30


def rules_with(tmp_path: Path, *profiles: tuple[str, str]) -> Path:
    shutil.copy(RULES / "provisions.yaml", tmp_path)
    (tmp_path / "rubrics").mkdir()
    for name, text in profiles:
        (tmp_path / "rubrics" / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_old_versions_stay_and_the_newest_is_the_default(tmp_path: Path) -> None:
    first = (PROFILES / "small.yaml").read_text(encoding="utf-8")
    second = first.replace("version: 1", "version: 2").replace("at_least: 80", "at_least: 85")
    rules = rules_with(tmp_path, ("small.yaml", first), ("small-2.yaml", second))
    assert find_rubric("small", rules).version == 2
    assert find_rubric("small@1", rules).letters[0].at_least == 80


def test_one_version_twice_is_refused(tmp_path: Path) -> None:
    text = (PROFILES / "small.yaml").read_text(encoding="utf-8")
    rules = rules_with(tmp_path, ("a.yaml", text), ("b.yaml", text))
    assert check_rubrics(rules) == ["b.yaml: version: small@1 đã có trong a.yaml; bản mới cần số version mới"]


def test_an_unknown_profile_names_the_known_ones() -> None:
    with pytest.raises(RuleFileError, match=r"không có khung điểm «ha-noi»; hiện có: hd90-2023@1"):
        find_rubric("ha-noi")
