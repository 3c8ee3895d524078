"""Who may call what: one line for every endpoint. An endpoint without a line is refused to everybody, and a test names it.

This is about roles only. For which units a role counts is the repositories' part: a route's `Who` carries just the grants whose role its
line names, and what lies outside their units is answered like what does not exist (`app.accounts.refusals.Refused`).
"""

from __future__ import annotations

from dataclasses import dataclass

from app.accounts.principal import Role
from app.organisations.models import ROOT_ID


@dataclass(frozen=True, slots=True)
class Rule:
    """`roles` None: everybody, signed in or not. `at_root`: the role must be held for the whole organisation."""

    roles: frozenset[Role] | None
    at_root: bool = False

    def admits(self, role: Role, unit_id: str) -> bool:
        """Whether a grant of the role for the unit opens the endpoint."""
        return self.roles is None or (role in self.roles and (not self.at_root or unit_id == ROOT_ID))


def only(*roles: Role, at_root: bool = False) -> Rule:
    return Rule(frozenset(roles), at_root)


OFFICER, REVIEWER, PUBLISHER, ADMINISTRATOR, WEBSITE = Role
PUBLIC = Rule(None)
SIGNED_IN = only(*Role)
STAFF = only(OFFICER, REVIEWER, PUBLISHER, ADMINISTRATOR)
PUBLISHING = only(PUBLISHER, ADMINISTRATOR)
ROOT = only(ADMINISTRATOR, at_root=True)

TABLE: dict[str, Rule] = {
    # pages and documents of the service itself
    "GET /": PUBLIC,
    "GET /docs": PUBLIC,
    "GET /docs/oauth2-redirect": PUBLIC,
    "GET /openapi.json": PUBLIC,
    "GET /healthz": PUBLIC,
    # sign-in
    "POST /api/v1/session": PUBLIC,
    "GET /api/v1/session": SIGNED_IN,
    "DELETE /api/v1/session": SIGNED_IN,
    "POST /api/v1/session/password": SIGNED_IN,
    "GET /api/v1/session/oidc": PUBLIC,
    "GET /api/v1/session/oidc/callback": PUBLIC,
    # units
    "GET /api/v1/units": STAFF,
    "POST /api/v1/units": only(ADMINISTRATOR),
    "POST /api/v1/units/import": only(ADMINISTRATOR),
    "GET /api/v1/units/template": STAFF,
    "GET /api/v1/units/export": STAFF,
    "GET /api/v1/units/{unit_id}": STAFF,
    "PATCH /api/v1/units/{unit_id}": only(ADMINISTRATOR),
    "POST /api/v1/units/{unit_id}/move": only(ADMINISTRATOR),
    "POST /api/v1/units/{unit_id}/close": only(ADMINISTRATOR),
    "POST /api/v1/units/{unit_id}/reopen": only(ADMINISTRATOR),
    # accounts and keys
    "GET /api/v1/accounts": only(ADMINISTRATOR),
    "POST /api/v1/accounts": only(ADMINISTRATOR),
    "GET /api/v1/accounts/{account_id}": only(ADMINISTRATOR),
    "POST /api/v1/accounts/{account_id}/grants": only(ADMINISTRATOR),
    "DELETE /api/v1/accounts/{account_id}/grants/{role}/{unit_id}": only(ADMINISTRATOR),
    "POST /api/v1/accounts/{account_id}/reset-password": only(ADMINISTRATOR),
    "POST /api/v1/accounts/{account_id}/disable": only(ADMINISTRATOR),
    "POST /api/v1/accounts/{account_id}/enable": only(ADMINISTRATOR),
    "GET /api/v1/keys": SIGNED_IN,
    "POST /api/v1/keys": SIGNED_IN,
    "DELETE /api/v1/keys/{key_id}": SIGNED_IN,
    # agreements
    "POST /api/v1/agreements": only(OFFICER, REVIEWER),
    "GET /api/v1/agreements": STAFF,
    "GET /api/v1/agreements/{agreement_id}": STAFF,
    "GET /api/v1/agreements/{agreement_id}/assessment": STAFF,
    "GET /api/v1/agreements/{agreement_id}/form": STAFF,
    "GET /api/v1/agreements/{agreement_id}/versions": STAFF,
    "GET /api/v1/agreements/{agreement_id}/versions/{number}/assessment": STAFF,
    # the life of an agreement: which move is whose is said in app/agreements/life.py; a test holds these lines to it
    "POST /api/v1/agreements/{agreement_id}/versions": only(OFFICER, REVIEWER),
    "POST /api/v1/agreements/{agreement_id}/submit": only(OFFICER, REVIEWER),
    "POST /api/v1/agreements/{agreement_id}/recall": only(OFFICER, REVIEWER),
    "POST /api/v1/agreements/{agreement_id}/review": only(REVIEWER),
    "POST /api/v1/agreements/{agreement_id}/return": only(REVIEWER),
    "POST /api/v1/agreements/{agreement_id}/confirm": only(REVIEWER),
    "POST /api/v1/agreements/{agreement_id}/publish": only(PUBLISHER),
    "POST /api/v1/agreements/{agreement_id}/withdraw": only(PUBLISHER),
    # review
    "GET /api/v1/reviews": only(REVIEWER, PUBLISHER, ADMINISTRATOR),
    "GET /api/v1/reviews/{agreement_id}": STAFF,
    "GET /api/v1/reviews/{agreement_id}/assessment": STAFF,
    "POST /api/v1/reviews/{agreement_id}/corrections": only(REVIEWER),
    "DELETE /api/v1/reviews/{agreement_id}/corrections/{correction_id}": only(REVIEWER),
    "PUT /api/v1/reviews/{agreement_id}/gates/{code}": only(REVIEWER),
    "DELETE /api/v1/reviews/{agreement_id}/gates/{code}": only(REVIEWER),
    "PUT /api/v1/reviews/{agreement_id}/assignee": only(REVIEWER, ADMINISTRATOR),
    "PUT /api/v1/reviews/{agreement_id}/predecessor": only(REVIEWER),
    "PUT /api/v1/reviews/{agreement_id}/dossier/{item}": only(OFFICER, REVIEWER),
    "DELETE /api/v1/reviews/{agreement_id}/dossier/{item}": only(OFFICER, REVIEWER),
    "POST /api/v1/reviews/{agreement_id}/dossier/{item}/documents": only(OFFICER, REVIEWER),
    "GET /api/v1/reviews/{agreement_id}/documents/{document_id}": STAFF,
    "DELETE /api/v1/reviews/{agreement_id}/documents/{document_id}": only(OFFICER, REVIEWER),
    # alerts
    "GET /api/v1/alerts": STAFF,
    "GET /api/v1/alerts/digest": STAFF,
    "PUT /api/v1/alerts/digest": STAFF,
    # the audit
    "GET /api/v1/audit": STAFF,
    "GET /api/v1/audit/verification": ROOT,
    # what a unit settles for itself
    "GET /api/v1/units/{unit_id}/settings": STAFF,
    "PUT /api/v1/units/{unit_id}/settings/{name}": only(ADMINISTRATOR),
    # rubrics and scoring again: they concern every unit
    "GET /api/v1/rubrics": STAFF,
    "POST /api/v1/rubrics": ROOT,
    "GET /api/v1/rubrics/{reference}": STAFF,
    "GET /api/v1/rubrics/{reference}/sheet": STAFF,
    "POST /api/v1/rubrics/{reference}/confirm": ROOT,
    "POST /api/v1/regrades": ROOT,
    "GET /api/v1/regrades": ROOT,
    "GET /api/v1/regrades/{regrade_id}": ROOT,
    "GET /api/v1/proposals": only(REVIEWER, ADMINISTRATOR),
    # webhooks
    "POST /api/v1/webhooks": PUBLISHING,
    "GET /api/v1/webhooks": PUBLISHING,
    "GET /api/v1/webhooks/{webhook_id}": PUBLISHING,
    "PATCH /api/v1/webhooks/{webhook_id}": PUBLISHING,
    "DELETE /api/v1/webhooks/{webhook_id}": PUBLISHING,
    "POST /api/v1/webhooks/{webhook_id}/secret": PUBLISHING,
    "POST /api/v1/webhooks/{webhook_id}/ping": PUBLISHING,
    "POST /api/v1/webhooks/{webhook_id}/replay": PUBLISHING,
    "GET /api/v1/webhooks/{webhook_id}/deliveries": PUBLISHING,
    "GET /api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}": PUBLISHING,
    "POST /api/v1/webhooks/{webhook_id}/deliveries/{delivery_id}/replay": PUBLISHING,
    # the redacted copy of an agreement, before it is published
    "POST /api/v1/agreements/{agreement_id}/release": only(PUBLISHER),
    "GET /api/v1/agreements/{agreement_id}/release": only(PUBLISHER),
    "PUT /api/v1/agreements/{agreement_id}/release": only(PUBLISHER),
    "POST /api/v1/agreements/{agreement_id}/release/approve": only(PUBLISHER),
    # what everybody may read
    "GET /api/v1/publications": PUBLIC,
    "GET /api/v1/clauses": PUBLIC,
    "GET /api/v1/publications.atom": PUBLIC,
    "GET /api/v1/open-data.csv": PUBLIC,
    "GET /api/v1/open-data-promises.csv": PUBLIC,
    "GET /api/v1/open-data-codebook.csv": PUBLIC,
    "GET /api/v1/open-data.xlsx": PUBLIC,
    "GET /thoa-uoc": PUBLIC,
    "GET /thoa-uoc/{publication_id}": PUBLIC,
    "GET /sitemap.xml": PUBLIC,
    "GET /sitemap-{number}.xml": PUBLIC,
    "GET /thuoc-nhung.js": PUBLIC,
    "GET /api/v1/publications/{publication_id}": PUBLIC,
    "GET /api/v1/publications/{publication_id}/fragment.html": PUBLIC,
    "GET /api/v1/publications/{publication_id}/akoma-ntoso.xml": PUBLIC,
    "GET /api/v1/publications/{publication_id}/json-ld": PUBLIC,
    "GET /api/v1/publications/{publication_id}/document.pdf": PUBLIC,
    "OPTIONS /api/v1/publications": PUBLIC,
    "OPTIONS /api/v1/publications/{rest:path}": PUBLIC,
    "OPTIONS /api/v1/clauses": PUBLIC,
    "GET /api/v1/law": PUBLIC,
    "GET /api/v1/law/{law_id}": PUBLIC,
}
# What somebody who still has to change an administrator's one-time password may do.
BEFORE_PASSWORD = frozenset({"GET /api/v1/session", "DELETE /api/v1/session", "POST /api/v1/session/password"})
