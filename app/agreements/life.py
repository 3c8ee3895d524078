"""The life of an agreement, said once: which move leads from which stages to which, and who may make it.

`Stage` is where an agreement stands among people; what the machine makes of its newest file is apart (`Agreement.state`). Services
ask `step` before they act and answers show `open_moves`, so that what is refused and what is offered cannot differ.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from app.accounts.principal import Role
from app.problems import Problem


class Stage(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    CONFIRMED = "confirmed"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    SUPERSEDED = "superseded"

    @property
    def label(self) -> str:
        return _LABELS[self]


_LABELS = {
    Stage.DRAFT: "bản thảo",
    Stage.SUBMITTED: "đã nộp, chờ duyệt",
    Stage.IN_REVIEW: "đang duyệt",
    Stage.RETURNED: "đã trả lại",
    Stage.CONFIRMED: "đã xác nhận",
    Stage.PUBLISHED: "đang công bố",
    Stage.WITHDRAWN: "đã gỡ khỏi website",
    Stage.EXPIRED: "đã hết hiệu lực",
    Stage.SUPERSEDED: "đã được thay",
}


class Move(StrEnum):
    """Values are stable: programs read them in `open_moves`."""

    NEW_VERSION = "new_version"
    SUBMIT = "submit"
    RECALL = "recall"
    DOSSIER = "dossier"
    ASSIGN = "assign"
    START_REVIEW = "start_review"
    REVIEW = "review"
    RETURN = "return"
    CONFIRM = "confirm"
    PUBLISH = "publish"
    WITHDRAW = "withdraw"
    EXPIRE = "expire"
    SUPERSEDE = "supersede"


@dataclass(frozen=True, slots=True)
class Step:
    """A row of the table. `target` None: the stage stays. No `roles`: the service itself does it."""

    move: Move
    label: str
    roles: frozenset[Role]
    sources: frozenset[Stage]
    target: Stage | None
    not_uploader: bool = False  # not by whoever sent in a file of the agreement
    not_confirmer: bool = False  # not by whoever confirmed it, unless the unit's settings allow it


SENDERS = frozenset({Role.OFFICER, Role.REVIEWER})
READERS = frozenset({Role.OFFICER, Role.REVIEWER, Role.PUBLISHER, Role.ADMINISTRATOR})
REVIEWERS = frozenset({Role.REVIEWER})
PUBLISHERS = frozenset({Role.PUBLISHER})
DECIDED = frozenset({Stage.CONFIRMED, Stage.PUBLISHED, Stage.WITHDRAWN})
STANDING = DECIDED | {Stage.EXPIRED, Stage.SUPERSEDED}  # stages in which the newest confirmation counts


def _steps() -> Iterable[Step]:
    S = Stage
    yield Step(Move.NEW_VERSION, "gửi bản mới", SENDERS, frozenset({S.DRAFT, S.RETURNED}), None)
    yield Step(Move.SUBMIT, "nộp", SENDERS, frozenset({S.DRAFT, S.RETURNED}), S.SUBMITTED)
    yield Step(Move.RECALL, "rút lại bản nộp", SENDERS, frozenset({S.SUBMITTED}), S.DRAFT)
    yield Step(Move.DOSSIER, "khai hồ sơ", SENDERS, frozenset({S.DRAFT, S.RETURNED, S.SUBMITTED, S.IN_REVIEW}), None)
    yield Step(Move.ASSIGN, "giao người duyệt", REVIEWERS | {Role.ADMINISTRATOR}, frozenset({S.SUBMITTED, S.IN_REVIEW}), None)
    yield Step(Move.START_REVIEW, "bắt đầu duyệt", REVIEWERS, frozenset({S.SUBMITTED, *DECIDED}), S.IN_REVIEW, not_uploader=True)
    yield Step(Move.REVIEW, "sửa kết quả", REVIEWERS, frozenset({S.IN_REVIEW}), None, not_uploader=True)
    yield Step(Move.RETURN, "trả lại", REVIEWERS, frozenset({S.SUBMITTED, S.IN_REVIEW}), S.RETURNED, not_uploader=True)
    yield Step(Move.CONFIRM, "xác nhận", REVIEWERS, frozenset({S.IN_REVIEW, *DECIDED}), S.CONFIRMED, not_uploader=True)
    yield Step(Move.PUBLISH, "công bố", PUBLISHERS, frozenset({S.CONFIRMED, S.WITHDRAWN}), S.PUBLISHED, not_confirmer=True)
    yield Step(Move.WITHDRAW, "gỡ khỏi website", PUBLISHERS, frozenset({S.PUBLISHED}), S.WITHDRAWN)
    yield Step(Move.EXPIRE, "hết hiệu lực", frozenset(), DECIDED, S.EXPIRED)
    yield Step(Move.SUPERSEDE, "được thay", frozenset(), DECIDED | {S.EXPIRED}, S.SUPERSEDED)


STEPS: dict[Move, Step] = {one.move: one for one in _steps()}


@dataclass(frozen=True, slots=True)
class Standing:
    """What somebody is to one agreement: the roles held over its unit, and what they did with it before."""

    roles: frozenset[Role]
    uploaded: bool = False
    confirmed: bool = False
    confirmer_may_publish: bool = False


def open_moves(stage: Stage, standing: Standing) -> list[Move]:
    """The moves that this person may make now, in the order of the table."""
    return [one.move for one in STEPS.values() if stage in one.sources and one.roles & standing.roles and not _barred(one, standing)]


def step(move: Move, stage: Stage, standing: Standing) -> Step:
    """The row of the table. Raises Problem: not this role, not this person, or not from this stage (with the moves that are open)."""
    one = STEPS[move]
    if not one.roles & standing.roles:
        names = ", ".join(sorted(role.label for role in one.roles))
        raise Problem("forbidden", f"Việc «{one.label}» là của {names} của đơn vị này. Hãy nhờ người có quyền.")
    if stage not in one.sources:
        offered = open_moves(stage, standing)
        told = ", ".join(STEPS[other].label for other in offered) or "không có việc nào"
        raise Problem(
            "move_not_open",
            f"Thỏa ước {stage.label}, chưa thể {one.label}. Việc làm được lúc này: {told}.",
            stage=stage.value,
            open_moves=[other.value for other in offered],
        )
    if one.not_uploader and standing.uploaded:
        raise Problem("own_upload", f"Anh/chị đã gửi thỏa ước này nên không thể {one.label}. Hãy nhờ người duyệt khác.")
    if _barred(one, standing):
        raise Problem(
            "own_confirmation",
            "Anh/chị đã xác nhận thỏa ước này nên không thể công bố. Hãy nhờ người công bố khác, hoặc đổi thiết lập của tỉnh.",
        )
    return one


def _barred(one: Step, standing: Standing) -> bool:
    own_upload = one.not_uploader and standing.uploaded
    return own_upload or (one.not_confirmer and standing.confirmed and not standing.confirmer_may_publish)
