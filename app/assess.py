"""The five rooms composed: bytes of a file in, an assessment out. No clock, no database, no setting.

`assess` does it all; `read_and_find` (slow: reads the file) and `score_reading` (fast: points and letter) are its two halves, so that
a stored reading is scored again by another profile, on another day or with a reviewer's decisions without reading the file again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from app.grading.corrections import Corrected, Correction, Said
    from app.grading.gates import GateDecision
    from app.grading.profile import Profile
    from app.grading.score import DossierEntry
    from app.law.loader import Law
    from app.reading.document import Document
    from app.structure.agreement import Agreement

Read = Callable[[bytes, str], "Document"]
ENGINE = "0.1.0"


class NotAnAgreement(Exception):
    """A readable document that is no collective agreement: what it is instead (`code`) and one Vietnamese `message`."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def assess(
    data: bytes,
    filename: str,
    *,
    graded_on: date,
    law_on: date | None = None,
    rubric: str | None = None,
    dossier: Mapping[str, DossierEntry] | None = None,
    read: Read | None = None,
) -> dict[str, Any]:
    """Grade one file: the object of `contract/assessment.md`.

    `graded_on` decides expiry and overtaken promises; `law_on` replaces the day whose law verdicts are judged by; `rubric` is "id" or
    "id@version"; `dossier` are the points a person entered; `read` replaces the reader (by an isolated one). Raises ReadingError,
    NotAnAgreement, RuleFileError, DossierError.
    """
    record = read_and_find(data, filename, graded_on=graded_on, law_on=law_on, read=read)
    return score_reading(record, graded_on=graded_on, rubric=rubric, dossier=dossier)


def read_and_find(data: bytes, filename: str, *, graded_on: date, law_on: date | None = None, read: Read | None = None) -> dict[str, Any]:
    """Read one file and judge what it promises: the record that `score_reading` scores (JSON values, schema thuoc.reading/1).

    `graded_on` matters only to an agreement that bears no date: then it is judged by the law of that day, with a warning.
    Raises ReadingError, NotAnAgreement.
    """
    from app.structure import parse

    return find_in(parse((read or _reader())(data, filename)), graded_on=graded_on, law_on=law_on)


def _reader() -> Read:
    from app.reading import read

    return read


def find_in(agreement: Agreement, *, graded_on: date, law_on: date | None = None) -> dict[str, Any]:
    """Find and judge the promises of a parsed agreement: its record. Raises NotAnAgreement."""
    from app.grading.catalogue import RULES, load_catalogue
    from app.grading.judging import judging_of
    from app.grading.record import record_of
    from app.law.copying import copied_clauses
    from app.law.judge import judge, law_as_of
    from app.law.overtaken import overtaken
    from app.law.regions import wage_region
    from app.provisions import find_promises

    if not agreement.kind.is_agreement:
        raise NotAnAgreement(agreement.kind.code or "not_an_agreement", agreement.kind.message)
    law, catalogue = _law(RULES), load_catalogue()
    day, notice = (law_on, None) if law_on else law_as_of(agreement.metadata, graded_on)
    region = wage_region(agreement.metadata, law.provinces, day)
    promises = find_promises(agreement)
    findings = judge(agreement, promises, on=day, law=law, catalogue=catalogue)
    record = record_of(
        agreement,
        findings,
        catalogue,
        law_as_of=day,
        wage_region=region.region,
        overtaken=overtaken(findings, date.max, law=law),
        copies=copied_clauses(agreement, law, on=day),
        warnings=[one for one in (notice, region.notice) if one],
        engine=ENGINE,
    )
    return record | {"judging": judging_of(agreement, promises)}


def judge_reading(record: Mapping[str, Any], judging: Mapping[str, Any], rules: Path | None = None) -> dict[str, Any]:
    """A record judged again by the rule files as they are now, for the same day; `judging` as `find_in` wrote it. Raises LawError."""
    from app.grading.catalogue import RULES, load_catalogue
    from app.grading.judging import judge_again

    folder = rules or RULES
    return judge_again(record, judging, _law(folder), load_catalogue(folder))


def correct_reading(
    record: Mapping[str, Any], judging: Mapping[str, Any] | None, corrections: Sequence[Correction], rules: Path | None = None
) -> Corrected:
    """A record after a person's corrections, to be scored like any other; the record given stays as it is. Raises LawError."""
    from app.grading.catalogue import RULES, load_catalogue
    from app.grading.corrections import apply

    folder = rules or RULES
    return apply(record, judging, corrections, _law(folder), load_catalogue(folder))


def resolve_correction(
    record: Mapping[str, Any], judging: Mapping[str, Any] | None, span: tuple[int, int], wanted: Mapping[str, Any], machine: Said | None
) -> Said:
    """What a person says of the words at `span`, complete (`app.grading.corrections.resolve`). Raises CorrectionError, LawError."""
    from app.grading.catalogue import RULES, load_catalogue
    from app.grading.corrections import resolve

    return resolve(record, judging, span, wanted, machine, _law(RULES), load_catalogue(RULES))


def score_reading(
    record: Mapping[str, Any],
    *,
    graded_on: date,
    rubric: str | None = None,
    dossier: Mapping[str, DossierEntry] | None = None,
    decisions: Sequence[GateDecision] = (),
    rules: Path | None = None,
    profile: Profile | None = None,
) -> dict[str, Any]:
    """Score a record: points, gates, letter, advice. `profile` takes the place of the one that `rubric` names.

    Raises RuleFileError (unknown profile), DossierError (bad entry).
    """
    from app.grading.advice import advise
    from app.grading.assessment import grade, to_json
    from app.grading.catalogue import RULES, load_catalogue
    from app.grading.model_clauses import load_model_clauses
    from app.grading.rubric import find_rubric

    folder = rules or RULES
    profile, catalogue = profile or find_rubric(rubric, folder), load_catalogue(folder)
    graded = grade(record, profile, catalogue, graded_on=graded_on, dossier=dossier, decisions=decisions)
    advice = advise(record, graded, profile, catalogue, load_model_clauses(folder), _law(folder))
    return to_json(record, profile, graded, graded_on) | {"advice": advice}


@lru_cache(maxsize=2)
def _law(folder: Path | None = None) -> Law:
    from app.law.loader import load_law

    return load_law(folder)
