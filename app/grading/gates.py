"""The gates before the letter: what bars an agreement from being graded at all (Hướng dẫn 1580/HD-TLĐ, part I.3, kept by 90/HD-TLĐ).

Reads the findings, the dates, the signatories and a reviewer's decisions; writes `Gate`s. A gate found by the machine is a
proposal: a reviewer confirms or clears it with a reason. `procedure` and `void_by_court` are only ever set by a reviewer.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from app.grading.catalogue import Catalogue
from app.grading.found import Found
from app.grading.profile import Profile, SignatoryRule
from app.grading.wording import day, listing, number
from app.reading.text import fold
from app.structure.agreement import Signatory

GateCode = Literal["not_better_than_law", "unlawful_content", "wrong_signatory", "procedure", "expired", "void_by_court", "incomplete_text"]
GATES: tuple[GateCode, ...] = (
    "unlawful_content",
    "not_better_than_law",
    "expired",
    "wrong_signatory",
    "procedure",
    "void_by_court",
    "incomplete_text",
)
DecidedBy = Literal["machine", "reviewer"]


@dataclass(frozen=True, slots=True)
class Gate:
    code: GateCode
    message: str
    findings: tuple[int, ...] = ()
    decided_by: DecidedBy = "machine"
    reason: str = ""  # the reviewer's


@dataclass(frozen=True, slots=True)
class GateDecision:
    """A reviewer's word on one gate: `stands` keeps or sets it, else it is cleared; `reason` is required."""

    code: GateCode
    stands: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What the gates need beside the findings."""

    expires_on: date | None  # the last day, as written or worked out from effect and term
    signatories: tuple[Signatory, ...]
    articles: int
    warnings: tuple[str, ...]  # codes of reading and structure
    copied_share: float = 0.0  # part of the words that restate the statute, 0..1
    copied_clauses: int = 0


def propose(profile: Profile, catalogue: Catalogue, findings: Sequence[Found], facts: Facts, graded_on: date) -> tuple[Gate, ...]:
    """The machine's gates, in the order of `GATES`."""
    gates = [
        _unlawful(catalogue, findings),
        _not_better(findings, facts),
        _expired(facts.expires_on, graded_on),
        _signatory(profile, facts.signatories),
        _incomplete(profile, facts),
    ]
    return tuple(gate for gate in gates if gate)


def decide(proposed: Sequence[Gate], decisions: Sequence[GateDecision]) -> tuple[tuple[Gate, ...], tuple[Gate, ...]]:
    """Apply a reviewer's decisions: (gates that stand, gates that were cleared)."""
    by_code: Mapping[str, Gate] = {gate.code: gate for gate in proposed}
    said: Mapping[str, GateDecision] = {decision.code: decision for decision in decisions}
    standing, cleared = [], []
    for code in GATES:
        gate, decision = by_code.get(code), said.get(code)
        if decision is None:
            standing += [gate] if gate else []
            continue
        message = gate.message if gate else decision.reason
        found = gate.findings if gate else ()
        decided = Gate(code, message, found, "reviewer", decision.reason)
        if decision.stands:
            standing.append(decided)
        elif gate:
            cleared.append(decided)
    return tuple(standing), tuple(cleared)


def _unlawful(catalogue: Catalogue, findings: Sequence[Found]) -> Gate | None:
    broken = [index for index, found in enumerate(findings) if found.breaks_law]
    if not broken:
        return None
    places = []
    for index in broken:
        found = findings[index]
        kind = catalogue.unlawful.get(found.unlawful or "", "Thấp hơn mức luật định")
        what = catalogue.label(found.provision) if found.provision else kind
        places.append(f"{found.where} ({what})")
    places = list(dict.fromkeys(places))
    return Gate("unlawful_content", f"Có {len(broken)} nội dung có dấu hiệu trái luật: {listing(places)}", tuple(broken))


def _not_better(findings: Sequence[Found], facts: Facts) -> Gate | None:
    if any(found.counts for found in findings):
        return None
    equal = sum(found.verdict == "equal" and not found.superseded for found in findings)
    vague = sum(found.verdict == "vague" and not found.superseded for found in findings)
    message = f"Không có cam kết chắc chắn nào có lợi hơn luật: {equal} nội dung nhắc lại luật, {vague} nội dung nói chung chung"
    if facts.copied_clauses:
        message += f"; {number(round(facts.copied_share * 100))}% câu chữ chép lại luật ({facts.copied_clauses} điều, khoản)"
    return Gate("not_better_than_law", message)


def _expired(expires_on: date | None, graded_on: date) -> Gate | None:
    if expires_on is None or expires_on >= graded_on:
        return None
    return Gate("expired", f"Thỏa ước đã hết hạn ngày {day(expires_on)}, trước ngày chấm {day(graded_on)}")


def _signatory(profile: Profile, signatories: Sequence[Signatory]) -> Gate | None:
    sides: Sequence[tuple[str, str, SignatoryRule]] = (
        ("workers", "tập thể người lao động", profile.gates.workers),
        ("employer", "người sử dụng lao động", profile.gates.employer),
    )
    for side, name, rule in sides:
        for one in signatories:
            if one.side == side and _holds(one.office, rule.doubtful) and not _holds(one.office, rule.cleared_by):
                office = " ".join(one.office.split())
                message = f"Người ký bên {name} với chức danh «{office}» có thể không đúng thẩm quyền, cần kiểm tra"
                return Gate("wrong_signatory", message)
    return None


def _holds(office: str, phrases: Sequence[str]) -> bool:
    return any(_words(phrase) in _words(office) for phrase in phrases)


def _words(text: str) -> str:
    return f" {' '.join(re.findall(r'[a-z0-9]+', fold(text)))} "


def _incomplete(profile: Profile, facts: Facts) -> Gate | None:
    if facts.articles < profile.gates.articles_at_least:
        message = f"Văn bản chỉ có {facts.articles} điều, có thể bị thiếu trang; cần bản đầy đủ để chấm"
        return Gate("incomplete_text", message)
    if any(code in profile.gates.lost_text for code in facts.warnings):
        return Gate("incomplete_text", "Có phần văn bản thiếu hoặc không đọc được; cần bản đầy đủ, rõ hơn để chấm")
    return None
