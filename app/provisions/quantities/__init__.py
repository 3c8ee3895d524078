"""Quantities of Vietnamese legal prose: money, percent, days, times per period, dates, bounds, ranges, bases and roles.

Reads the text of a statement or table cell; writes `Quantity` values. All words are data (`grading_rules/quantities.yaml`).
"""

from app.provisions.quantities.grammar import Grammar, grammar, outside, parse
from app.provisions.quantities.vocabulary import QuantityRulesError

__all__ = ["Grammar", "QuantityRulesError", "grammar", "outside", "parse"]
