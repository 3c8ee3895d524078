"""Every kind of event that the audit holds: one enumeration, each with the words a person reads."""

from __future__ import annotations

from enum import StrEnum


class Event(StrEnum):
    """The values are stored and never change; a kind that is no longer written stays."""

    # organisations
    UNIT_ADDED = "unit_added"
    UNIT_CHANGED = "unit_changed"
    UNIT_MOVED = "unit_moved"
    UNIT_CLOSED = "unit_closed"
    UNIT_REOPENED = "unit_reopened"
    # accounts and sign-in
    ACCOUNT_ADDED = "account_added"
    ACCOUNT_CHANGED = "account_changed"
    ACCOUNT_DISABLED = "account_disabled"
    PASSWORD_RESET = "password_reset"
    PASSWORD_CHANGED = "password_changed"
    GRANT_ADDED = "grant_added"
    GRANT_REMOVED = "grant_removed"
    KEY_ADDED = "key_added"
    KEY_REVOKED = "key_revoked"
    SIGNED_IN = "signed_in"
    SIGNED_OUT = "signed_out"
    SIGN_IN_FAILED = "sign_in_failed"
    ACCOUNT_LOCKED = "account_locked"
    ACCESS_REFUSED = "access_refused"
    # the life of an agreement
    AGREEMENT_UPLOADED = "agreement_uploaded"
    VERSION_UPLOADED = "version_uploaded"
    AGREEMENT_SUBMITTED = "agreement_submitted"
    AGREEMENT_GRADED = "agreement_graded"
    GRADING_FAILED = "grading_failed"
    AGREEMENT_RECALLED = "agreement_recalled"
    AGREEMENT_CHANGED = "agreement_changed"
    REVIEW_STARTED = "review_started"
    REVIEWER_ASSIGNED = "reviewer_assigned"
    AGREEMENT_RETURNED = "agreement_returned"
    AGREEMENT_CONFIRMED = "agreement_confirmed"
    AGREEMENT_PUBLISHED = "agreement_published"
    PUBLICATION_CHANGED = "publication_changed"
    AGREEMENT_WITHDRAWN = "agreement_withdrawn"
    AGREEMENT_EXPIRED = "agreement_expired"
    AGREEMENT_SUPERSEDED = "agreement_superseded"
    # review
    CORRECTION_MADE = "correction_made"
    CORRECTION_REMOVED = "correction_removed"
    GATE_DECIDED = "gate_decided"
    DOSSIER_CHANGED = "dossier_changed"
    DOSSIER_DOCUMENT_ADDED = "dossier_document_added"
    DOSSIER_DOCUMENT_REMOVED = "dossier_document_removed"
    REDACTION_CHANGED = "redaction_changed"
    REDACTION_APPROVED = "redaction_approved"
    # rules and the service
    RUBRIC_IMPORTED = "rubric_imported"
    RUBRIC_CONFIRMED = "rubric_confirmed"
    REGRADE_STARTED = "regrade_started"
    WEBHOOK_ADDED = "webhook_added"
    WEBHOOK_CHANGED = "webhook_changed"
    WEBHOOK_REMOVED = "webhook_removed"
    WEBHOOK_DISABLED = "webhook_disabled"  # by the service: nothing reached it for days
    SETTINGS_CHANGED = "settings_changed"

    @property
    def label(self) -> str:
        return LABELS[self]


LABELS: dict[Event, str] = {
    Event.UNIT_ADDED: "thêm đơn vị",
    Event.UNIT_CHANGED: "sửa đơn vị",
    Event.UNIT_MOVED: "chuyển đơn vị sang cấp trên khác",
    Event.UNIT_CLOSED: "kết thúc đơn vị",
    Event.UNIT_REOPENED: "mở lại đơn vị",
    Event.ACCOUNT_ADDED: "thêm tài khoản",
    Event.ACCOUNT_CHANGED: "sửa tài khoản",
    Event.ACCOUNT_DISABLED: "khóa tài khoản",
    Event.PASSWORD_RESET: "đặt lại mật khẩu",
    Event.PASSWORD_CHANGED: "đổi mật khẩu",
    Event.GRANT_ADDED: "giao vai trò",
    Event.GRANT_REMOVED: "thu hồi vai trò",
    Event.KEY_ADDED: "tạo khóa API",
    Event.KEY_REVOKED: "thu hồi khóa API",
    Event.SIGNED_IN: "đăng nhập",
    Event.SIGNED_OUT: "đăng xuất",
    Event.SIGN_IN_FAILED: "đăng nhập không thành",
    Event.ACCOUNT_LOCKED: "tạm khóa đăng nhập",
    Event.ACCESS_REFUSED: "từ chối truy cập",
    Event.AGREEMENT_UPLOADED: "gửi thỏa ước",
    Event.VERSION_UPLOADED: "gửi bản mới của thỏa ước",
    Event.AGREEMENT_SUBMITTED: "nộp thỏa ước",
    Event.AGREEMENT_GRADED: "chấm điểm",
    Event.GRADING_FAILED: "không chấm được",
    Event.AGREEMENT_RECALLED: "rút lại bản nộp",
    Event.AGREEMENT_CHANGED: "sửa thông tin thỏa ước",
    Event.REVIEW_STARTED: "bắt đầu duyệt",
    Event.REVIEWER_ASSIGNED: "giao người duyệt",
    Event.AGREEMENT_RETURNED: "trả lại thỏa ước",
    Event.AGREEMENT_CONFIRMED: "xác nhận xếp loại",
    Event.AGREEMENT_PUBLISHED: "công bố thỏa ước",
    Event.PUBLICATION_CHANGED: "sửa bản công bố",
    Event.AGREEMENT_WITHDRAWN: "gỡ bản công bố",
    Event.AGREEMENT_EXPIRED: "thỏa ước hết hiệu lực",
    Event.AGREEMENT_SUPERSEDED: "thỏa ước được thay",
    Event.CORRECTION_MADE: "sửa một phát hiện của máy",
    Event.CORRECTION_REMOVED: "bỏ một lần sửa",
    Event.GATE_DECIDED: "quyết định một lý do chưa xếp loại",
    Event.DOSSIER_CHANGED: "sửa điểm hồ sơ",
    Event.DOSSIER_DOCUMENT_ADDED: "thêm tài liệu hồ sơ",
    Event.DOSSIER_DOCUMENT_REMOVED: "bỏ tài liệu hồ sơ",
    Event.REDACTION_CHANGED: "sửa bản che dữ liệu cá nhân",
    Event.REDACTION_APPROVED: "duyệt bản che dữ liệu cá nhân",
    Event.RUBRIC_IMPORTED: "đưa khung điểm vào",
    Event.RUBRIC_CONFIRMED: "xác nhận khung điểm",
    Event.REGRADE_STARTED: "chấm lại",
    Event.WEBHOOK_CHANGED: "sửa địa chỉ nhận tin",
    Event.WEBHOOK_ADDED: "thêm địa chỉ nhận tin",
    Event.WEBHOOK_REMOVED: "bỏ địa chỉ nhận tin",
    Event.WEBHOOK_DISABLED: "ngừng địa chỉ nhận tin không trả lời",
    Event.SETTINGS_CHANGED: "đổi thiết lập",
}

# About accounts and attempts to get in, with names and network addresses: for administrators only.
ADMINISTRATIVE = frozenset(
    {
        Event.ACCOUNT_ADDED,
        Event.ACCOUNT_CHANGED,
        Event.ACCOUNT_DISABLED,
        Event.PASSWORD_RESET,
        Event.PASSWORD_CHANGED,
        Event.GRANT_ADDED,
        Event.GRANT_REMOVED,
        Event.KEY_ADDED,
        Event.KEY_REVOKED,
        Event.SIGNED_IN,
        Event.SIGNED_OUT,
        Event.SIGN_IN_FAILED,
        Event.ACCOUNT_LOCKED,
        Event.ACCESS_REFUSED,
    }
)
