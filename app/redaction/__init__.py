"""Redaction: what an agreement says of natural persons is taken out before anything of it is made public.

`redact` reads an `Agreement` and writes a `Redaction`: spans with kind, rule and reason, and the text with neutral marks.
"""

from app.redaction.redact import redact
from app.redaction.redaction import Kept, Redaction, Span
from app.redaction.rules import Ground, RedactionRulesError

__all__ = ["Ground", "Kept", "Redaction", "RedactionRulesError", "Span", "redact"]
