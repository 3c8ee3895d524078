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
    REDACTION_CHANGED = "redaction_changed"
    REDACTION_APPROVED = "redaction_approved"
    # rules and the service
    RUBRIC_IMPORTED = "rubric_imported"
    RUBRIC_CONFIRMED = "rubric_confirmed"
    REGRADE_STARTED = "regrade_started"
    WEBHOOK_CHANGED = "webhook_changed"
    SETTINGS_CHANGED = "settings_changed"
