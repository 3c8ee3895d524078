"""Judge every promise by the law of its day: better, equal, below or vague, with the statutory figure the verdict rests on.

Reads an `Agreement` and the provisions room's `Promise`s; writes `Finding`s in text order. The rules of the labelling guide:
what the words decided (`ruling`) stands unless a comparable figure plainly contradicts it; a figure is compared with the value for
its worker group, unit, region and day; no figure: a reference to the law is equal, else the provision's own `bare` verdict. What a
person must decide is `equal` with `needs_review`. Pure: the same input gives the same findings.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from app.law.compare import Compared, Direction, Figures, baseline_of, by_region, compare
from app.law.comparison import Case, Phrase
from app.law.copying import restates
from app.law.finding import Baseline, Finding
from app.law.loader import Law
from app.law.merge import merge
from app.law.regions import WageRegion, wage_region
from app.law.term import term_finding
from app.provisions.promise import Promise, Verdict
from app.provisions.words import forms
from app.reading.document import Notice
from app.structure.agreement import Agreement, Metadata

_DOUBT = 0.6  # confidence of what a person must decide, and of a heuristic choice of the statutory figure
_CHOICE = 0.9


class CatalogueEntry(Protocol):
    @property
    def topic(self) -> str: ...
    @property
    def units(self) -> tuple[str, ...]: ...
    @property
    def better(self) -> str: ...


class Catalogue(Protocol):
    """The part of the catalogue (provisions.yaml) that judging reads."""

    @property
    def provisions(self) -> Mapping[str, CatalogueEntry]: ...


def law_as_of(metadata: Metadata, graded_on: date) -> tuple[date, Notice | None]:
    """The day whose law judges the agreement: signing, else effective date, else `graded_on` with a warning."""
    if metadata.signed_on is not None:
        return metadata.signed_on, None
    if metadata.effective_from is not None:
        day = metadata.effective_from
        return day, Notice("law_as_of_effective_date", f"Không thấy ngày ký; so với luật tại ngày có hiệu lực {day:%d/%m/%Y}.")
    message = f"Không thấy ngày ký và ngày có hiệu lực; so với luật tại ngày chấm {graded_on:%d/%m/%Y}."
    return graded_on, Notice("law_as_of_grading_date", message)


def judge(agreement: Agreement, promises: Sequence[Promise], *, on: date, law: Law, catalogue: Catalogue) -> tuple[Finding, ...]:
    """Findings of all promises by the law of the day `on`, merged by place, sorted by position. Raises LawError (bad rule files)."""
    judging = _Judging(agreement, law, catalogue, on)
    found = [judging.finding(promise) for promise in promises if judging.is_finding(promise)]
    if not any(finding.unlawful == "excessive_term" for finding in found):
        term = term_finding(agreement, law, on)
        if term is not None:
            found.append(term)
    several = {name: rule.several for name, rule in law.comparison.provisions.items() if rule.several is not None}
    return merge(found, catalogue, several)


def _of_the_union(promise: Promise) -> bool:
    """What the union pays from its own funds is not the employer's promise."""
    tags = promise.tags
    return bool(tags & {"union_funds", "union_pays"}) and "company_pays" not in tags and not promise.unlawful


@dataclass(slots=True)
class _Statement:
    """The words of one statement, put into normal form only where a case asks for them."""

    text: str
    _words: str | None = None

    def has_any(self, phrases: Sequence[Phrase]) -> bool:
        if self._words is None:
            self._words = f" {' '.join(forms(self.text))} "
        return any(f" {' '.join(phrase)} " in self._words for phrase in phrases)


class _Judging:
    def __init__(self, agreement: Agreement, law: Law, catalogue: Catalogue, day: date) -> None:
        self.agreement = agreement
        self.law = law
        self.catalogue = catalogue
        self.figures = Figures(law, day)
        self.day = day
        self._region: WageRegion | None = None

    @property
    def region(self) -> WageRegion:
        if self._region is None:
            self._region = wage_region(self.agreement.metadata, self.law.provinces, self.day)
        return self._region

    def is_finding(self, promise: Promise) -> bool:
        """Not what the union pays, and not the statute's own words about what is forbidden."""
        if promise.unlawful:
            text = self.agreement.text[promise.start : promise.end]
            return not restates(text, self.law, self.day, wholly=True)
        return not _of_the_union(promise)

    def finding(self, promise: Promise) -> Finding:
        entry = self.catalogue.provisions.get(promise.provision or "")
        statement = _Statement(self.agreement.text[promise.start : promise.end])
        compared = self._compare(promise, entry, statement)
        verdict, reason, confidence = _decide(promise, compared, burden=entry is not None and entry.better == "lower")
        base = compared.baseline if compared is not None else None
        tags = promise.tags
        if promise.unlawful:
            verdict, reason = "below", ""
            base = base or self._broken_article(promise.unlawful, statement)
        elif verdict == "better" and restates(statement.text, self.law, self.day):
            verdict, tags = "equal", tags | {"restates_law"}
        unlawful = promise.unlawful or ("below_statutory_floor" if verdict == "below" else None)
        if "conflict" in promise.tags and not reason:
            reason = "Số bằng chữ và bằng số không khớp nhau; cần người xem."
        return Finding(
            clause=promise.clause,
            path=promise.path,
            provision=promise.provision,
            topic=entry.topic if entry is not None else None,
            verdict=verdict,
            amount=promise.amount if verdict != "vague" else None,  # a figure that may or may not come is no amount
            unit=promise.unit if verdict != "vague" else None,
            unlawful=unlawful,
            start=promise.start,
            end=promise.end,
            quote=statement.text,
            baseline=base,
            rule=promise.rule,
            confidence=round(promise.confidence * (_DOUBT if reason else confidence), 4),
            group=promise.group,
            needs_review=bool(reason),
            reason=reason,
            refers_to_law=promise.refers_to_law,
            firmness=promise.firmness,
            tags=tags,
            figure_at=promise.figure_at,
            measure=compared.measure if compared is not None else None,
        )

    def _compare(self, promise: Promise, entry: CatalogueEntry | None, statement: _Statement) -> Compared | None:
        """The figure against the law; None where there is no figure or the law sets none for it."""
        if promise.amount is None or promise.unit is None or promise.provision is None:
            return None
        rule = self.law.comparison.provisions.get(promise.provision)
        case = next((c for c in rule.cases if self._fits(c, promise, statement)), None) if rule is not None else None
        if case is None:
            return None
        if case.verdict is not None:
            return Compared(case.verdict, baseline_of(self.figures, case.cites, None))
        direction = self._direction(case, entry)
        if case.by_region:
            compared = by_region(self.figures, case, promise.amount, promise.unit, direction, self.region.candidates)
        else:
            compared = compare(self.figures, case, promise.amount, promise.unit, direction)
        if case.increment is not None and _increment(promise) and compared.outcome is not None:
            return Compared(case.increment, compared.baseline, compared.measure, "", compared.sure)
        return _bounded(promise, compared, direction) if case.beyond != "better" else compared

    def _direction(self, case: Case, entry: CatalogueEntry | None) -> Direction:
        if case.direction:
            return case.direction
        if entry is not None and entry.better == "lower":
            return "lower"
        if entry is not None and entry.better == "higher":
            return "higher"
        parameters = case.steps or tuple(step for _, step in case.by_region)
        return "lower" if self.law.parameter(parameters[0].parameter).direction == "lower" else "higher"

    def _fits(self, case: Case, promise: Promise, statement: _Statement) -> bool:
        unit, amount, quantity = promise.unit, promise.amount, promise.quantity
        if unit not in case.units or amount is None:
            return False
        if case.groups and promise.group not in case.groups:
            return False
        if (case.start is not None and self.day < case.start) or (case.end is not None and self.day > case.end):
            return False
        if (case.least is not None and amount < case.least) or (case.most is not None and amount > case.most):
            return False
        tags = promise.tags | {"increment"} if _increment(promise) else promise.tags
        if not case.tags <= tags or case.without_tags & tags:
            return False
        per = frozenset(quantity.per) if quantity is not None else frozenset()
        if (case.per and not case.per & per) or case.without_per & per:
            return False
        if case.bounds and (quantity is None or quantity.bound not in case.bounds):
            return False
        if case.bases and (quantity is None or quantity.base not in case.bases):
            return False
        if case.words and not statement.has_any(case.words):
            return False
        if case.without and statement.has_any(case.without):
            return False
        return not (case.single and self._figures_in(statement.text, unit) > 1)

    def _figures_in(self, text: str, unit: str) -> int:
        pattern = self.law.comparison.figures.get(unit)
        return len(pattern.findall(text)) if pattern is not None else 1

    def _broken_article(self, kind: str, statement: _Statement) -> Baseline | None:
        """The article a forbidden clause breaks: the first whose words stand in the statement, else the last."""
        articles = self.law.comparison.unlawful.get(kind, ())
        for article in articles:
            if not article.words or statement.has_any(article.words):
                return baseline_of(self.figures, article.parameter, None)
        return baseline_of(self.figures, articles[-1].parameter, None) if articles else None


def _increment(promise: Promise) -> bool:
    return "increment" in promise.tags or (promise.quantity is not None and promise.quantity.role == "increment")


def _bounded(promise: Promise, compared: Compared, direction: Direction) -> Compared:
    """A cap on a right ("không quá 14 ngày") or a least of a burden guarantees nothing better than the law."""
    bound = promise.quantity.bound if promise.quantity is not None else "exact"
    loose = ("at_most", "less_than") if direction == "higher" else ("at_least", "more_than")
    if compared.outcome == "better" and compared.baseline is not None and bound in loose and promise.ruling is None:
        reason = "Câu chỉ đặt giới hạn, không bảo đảm mức này cho người lao động; cần người xem."
        return Compared("review", compared.baseline, compared.measure, reason, False)
    return compared


def _decide(promise: Promise, compared: Compared | None, *, burden: bool) -> tuple[Verdict, str, float]:
    """The verdict, the Vietnamese reason a person must look ("" = none) and the confidence of the choice.

    A wish word leaves a benefit open; a burden beyond the law's limit that the employer "may" impose is below the law all the same.
    """
    outcome = compared.outcome if compared is not None else None
    sure = 1.0 if compared is None or compared.sure else _CHOICE
    if promise.ruling is not None:
        return _ruled(promise.ruling, outcome, sure)
    if promise.firmness == "vague" and not (burden and outcome == "below"):
        return "vague", "", 1.0
    if compared is None:
        if promise.amount is None:
            return ("equal" if promise.refers_to_law else promise.bare), "", 1.0
        return promise.bare, "", 1.0
    if outcome is None or outcome == "review":
        return "equal", compared.reason or "Cần người xem.", sure
    return outcome, "", sure


def _ruled(ruling: Verdict, outcome: str | None, sure: float) -> tuple[Verdict, str, float]:
    """The words' verdict, unless the figure plainly contradicts it: more than "equal", or less than "equal" or "better"."""
    if ruling == "equal" and outcome in ("better", "below"):
        return ("better" if outcome == "better" else "below"), "", min(sure, _CHOICE)
    if ruling == "better" and outcome == "below":
        return "below", "", _CHOICE
    if ruling == "below" and outcome == "better":
        return "equal", "Câu chữ và con số trái nhau; cần người xem.", sure
    return ruling, "", 1.0
