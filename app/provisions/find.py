"""From an agreement to its promises: statements, words, quantities, matches, amounts, firmness.

Reads `structure.Agreement`; writes `Promise`s in text order. A promise whose figure stands in the items, rows or sentences it
introduces takes it from there: items with a path of their own become promises of their own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.provisions import confidence
from app.provisions.amounts import Amount, as_amount, bind, part_of, pick, quoted, week_of
from app.provisions.collector import held_off
from app.provisions.elsewhere import tie
from app.provisions.firmness import firmness, left_open_by
from app.provisions.match import Match, Matcher, fulfils
from app.provisions.promise import Promise
from app.provisions.quantity import Quantity
from app.provisions.rules import ProvisionRules, Rules, load
from app.provisions.scene import SPEAKING, stage
from app.provisions.statements import Statement
from app.provisions.wholes import Draft, add_up
from app.structure.agreement import Agreement

_TAGS = ("unpaid", "full_pay", "company_pays", "union_pays")


def find_promises(agreement: Agreement, rules: Rules | None = None) -> tuple[Promise, ...]:
    """Find every promise of the agreement's clauses. Pure; `rules` default to the project's own."""
    rules = rules or load()
    with held_off():
        return tie(agreement, _Finder(agreement, rules).run(), rules)


_matchers: dict[int, tuple[Rules, Matcher]] = {}


def _matcher(rules: Rules) -> Matcher:
    known = _matchers.get(id(rules))
    if known is None or known[0] is not rules:
        known = (rules, Matcher(rules))
        _matchers[id(rules)] = known
    return known[1]


class _Finder:
    def __init__(self, agreement: Agreement, rules: Rules) -> None:
        self.agreement = agreement
        self.rules = rules
        self.confidence = confidence.load()
        self.matcher = _matcher(rules)
        self.scene = stage(agreement, rules)
        self.statements = self.scene.statements
        self.drafts: dict[int, list[Draft]] = {}  # statement -> drafts
        self.used: dict[int, set[int]] = {}  # statement -> starts of quantities that a draft took

    def run(self) -> tuple[Promise, ...]:
        for statement in list(self.statements):
            if statement.kind in SPEAKING:
                self._statement(statement)
            if len(statement.cells) > 1 and not any(d.amount for d in self.drafts.get(statement.index, ())):
                self._columns(statement)
        self._carry()
        add_up(self.statements, self.drafts)
        out = [
            replace(d.promise, confidence=self.confidence.of(_evidence(d), len(self.drafts[index])))
            for index in sorted(self.drafts)
            for d in self.drafts[index]
        ]
        out.sort(key=lambda p: (p.start, p.provision or "", p.unlawful or "", p.rule))
        return tuple(out)

    def _columns(self, row: Statement) -> None:
        """Read each cell of a row under its header as a statement of its own: tables whose columns are the things promised."""
        found: list[Draft] = []
        for start, end, header in row.cells[1:]:
            mine = tuple(q for q in self.scene.quantities[row.index] if start <= q.start < end)
            if not header or not mine:
                continue
            cell = self.scene.cell(row, start, end, header, mine)
            self._statement(cell)
            found += [d for d in self.drafts.pop(cell.index, []) if d.amount is not None]
        if found:
            self.drafts[row.index] = [*self.drafts.get(row.index, []), *found]
            self.used.setdefault(row.index, set()).update(d.promise.quantity.start for d in found if d.promise.quantity)

    # --- one statement ---

    def _statement(self, statement: Statement) -> None:
        scene = self.scene
        matches = self.matcher.find(scene, statement)
        if not matches:
            return
        if self.matcher.skipped(scene, statement):
            matches = [m for m in matches if m.rules.topic == "unlawful"]
        forbidden = {m.rules.id for m in matches if m.rules.topic == "unlawful"}
        matches = [m for m in matches if forbidden.isdisjoint(m.rules.yields_to)]
        broken = {m.alternative.provision for m in matches if m.alternative.provision}
        chosen = _one_each([m for m in matches if m.rules.id not in broken])
        chosen = self._claims(chosen, statement)
        if not chosen:
            return
        quantities = scene.quantities[statement.index]
        yearly = any(q.kind == "times" and "year" in q.per for q in quantities)
        wanted = [(m.rules, m.anchors) for m in chosen]
        ahead = [scene.span(statement, hit) for hit in scene.hits[statement.index].get("given_to", ())]
        bound = bind(wanted, quantities, yearly, statement.cells, ahead)
        drafts = []
        for match, mine in _beside_unlawful(chosen, bound):
            drafts.append(self._draft(match, mine))
            self.used.setdefault(statement.index, set()).update(q.start for q, _ in mine)
        self.drafts[statement.index] = drafts

    def _claims(self, matches: list[Match], statement: Statement) -> list[Match]:
        """Set aside what only its heading names where the statement's own words claim the same figures for something else."""
        named = [m for m in matches if m.alternative.all]
        if len(named) == len(matches) or not named:
            return matches
        quantities = self.scene.quantities[statement.index]
        kept = []
        for match in matches:
            if match.alternative.all:
                kept.append(match)
                continue
            mine = [q for q in quantities if q.role in match.rules.roles and as_amount(q, match.rules)]
            rivals = [m for m in named if any(q.role in m.rules.roles and as_amount(q, m.rules) for q in mine)]
            if not rivals and (mine or not match.alternative.needs):
                kept.append(match)
        return kept

    def _draft(self, match: Match, bound: Sequence[tuple[Quantity, Amount]]) -> Draft:
        scene, statement, rules = self.scene, match.statement, match.rules
        alternative = match.alternative
        names = scene.hits[statement.index]
        intro = scene.intro_names(statement)
        chosen = None if alternative.no_amount else pick(bound, rules)
        if chosen is None and rules.days and not alternative.no_amount:
            days = next((word.value for word in rules.days if any(n in names for n in word.names)), None)
            chosen = week_of(scene.quantities[statement.index], days, rules)
        if chosen is None and not alternative.no_amount and rules.bare == "equal" and "by_law" in scene.hits[statement.index]:
            chosen = pick(quoted(scene.quantities[statement.index], rules), rules)  # "theo Luật Công đoàn (24 giờ và 12 giờ mỗi tháng)"
        amount = _adjusted(chosen[1], rules, {*names, *intro}) if chosen else None
        quantity = chosen[0] if chosen else None
        if amount is None and not alternative.no_amount:
            amount = _word_amount(match, names, intro)
        tags = frozenset(n for n in _TAGS if n in names or n in intro)
        if quantity is not None:
            tags |= {t for t, on in _quantity_tags(quantity) if on}
        ruling = alternative.ruling
        if ruling is None:
            for verdict, when in rules.whens:
                if fulfils(scene, statement, when) is not None:
                    ruling = verdict
                    break
        clause = self.agreement.clauses[statement.clause]
        unlawful = rules.id if rules.topic == "unlawful" else None
        figures = [q for q, _ in bound]
        firm = firmness(scene, statement, match.anchors, figures, amount is not None)
        if ruling in ("better", "equal") and ruling != alternative.ruling:  # what a rule takes for given must not hang on a wish
            open_ = firmness(scene, statement, match.anchors, figures, True)
            ruling = None if open_ == "vague" else ruling
        promise = Promise(
            clause=statement.clause,
            path=clause.path,
            provision=alternative.provision if unlawful else rules.id,
            rule=alternative.id,
            start=statement.start,
            end=statement.end,
            firmness=firm,
            amount=amount[0] if amount else None,
            unit=amount[1] if amount else None,
            quantity=quantity,
            refers_to_law="by_law" in names or "by_law" in intro,
            ruling=ruling,
            bare="vague" if rules.bare == "skip" else rules.bare,  # type: ignore[arg-type]
            group=alternative.group,
            unlawful=unlawful,
            tags=tags,
        )
        part = None
        if chosen is None and not alternative.no_amount:
            part = part_of([b for b in bound if not self._explains(statement, bound[0][0], b[0])], rules)
        return Draft(match, promise, amount, part)

    def _explains(self, statement: Statement, first: Quantity, other: Quantity) -> bool:
        """Whether a figure only says how the first comes about: in brackets, or behind a colon ("02 ngày: ngày 2/9 và một ngày …")."""
        text = self.agreement.text
        bracketed = text.count("(", statement.start, other.start) > text.count(")", statement.start, other.start)
        return bracketed or ":" in text[first.end : other.start]

    # --- figures that stand elsewhere ---

    def _carry(self) -> None:
        dependants: dict[int, list[Statement]] = {}
        for statement in self.statements:
            if statement.intro is not None and statement.kind in SPEAKING:
                dependants.setdefault(statement.intro, []).append(statement)
        for index in sorted(self.drafts):
            kept: list[Draft] = []
            for draft in self.drafts[index]:
                if draft.amount is not None or draft.match.alternative.no_amount or draft.promise.unlawful:
                    kept.append(draft)
                    continue
                taken = self._from_items(draft, self._items_of(index, dependants))
                if taken:
                    continue
                follow = self._from_next(draft, index)
                kept.append(follow or draft)
            self.drafts[index] = kept
        for index, drafts in self.drafts.items():
            self.drafts[index] = [d for d in drafts if not (d.match.rules.bare == "skip" and d.amount is None and d.promise.ruling is None)]

    def _items_of(self, index: int, dependants: Mapping[int, list[Statement]]) -> list[Statement]:
        """What a statement introduces, itself or through the next sentences of its clause ("Mức thưởng như sau:")."""
        out = list(dependants.get(index, ()))
        clause = self.statements[index].clause
        after = index + 1
        while not out and after < len(self.statements) and self.statements[after].clause == clause:
            statement = self.statements[after]
            if statement.kind not in ("sentence", "intro") or self.drafts.get(after):
                break
            out = list(dependants.get(after, ()))
            after += 1
        return out

    def _from_items(self, draft: Draft, items: Sequence[Statement]) -> bool:
        """Give the figures of a list or table to the promise that introduces it; True where any was found."""
        rules = draft.match.rules
        found = False
        introduced = firmness(self.scene, draft.match.statement, draft.match.anchors, (), True)
        for item in items:
            own = self.drafts.get(item.index, [])
            if any(d.promise.provision == rules.id for d in own):
                found = found or any(d.amount for d in own if d.promise.provision == rules.id)
                continue
            used = self.used.get(item.index, set())
            free = [q for q in self.scene.quantities[item.index] if q.start not in used and q.role in rules.roles]
            bound = [(q, a) for q in free if (a := as_amount(q, rules)) is not None]
            chosen = pick(bound, rules)
            if chosen is None:
                continue
            found = True
            match = Match(rules, draft.match.alternative, item, [(item.start, item.start)])
            copy = self._draft(match, bound)
            promise = copy.promise
            if introduced == "vague" and promise.firmness == "firm":
                promise = replace(promise, firmness="vague")
            if promise.ruling is None and draft.promise.ruling is not None:
                promise = replace(promise, ruling=draft.promise.ruling)
            self.used.setdefault(item.index, set()).update(q.start for q, _ in bound)
            self.drafts.setdefault(item.index, []).append(Draft(match, promise, copy.amount))
        return found

    def _from_next(self, draft: Draft, index: int) -> Draft | None:
        """Give the figure of the sentence after it, where that sentence promises nothing of its own."""
        if index + 1 >= len(self.statements):
            return None
        following = self.statements[index + 1]
        statement = draft.match.statement
        if following.clause != statement.clause or following.kind != "sentence" or self.drafts.get(following.index):
            return None
        if len(self.drafts[index]) != 1:
            return None
        bound = [
            (q, a)
            for q in self.scene.quantities[following.index]
            if q.role in draft.match.rules.roles and (a := as_amount(q, draft.match.rules)) is not None
        ]
        chosen = pick(bound, draft.match.rules)
        if chosen is None:
            if draft.promise.ruling is None and left_open_by(self.scene, following):
                return replace(draft, promise=replace(draft.promise, end=following.end, firmness="vague"))
            return None
        promise = replace(
            draft.promise,
            end=following.end,
            amount=chosen[1][0],
            unit=chosen[1][1],
            quantity=chosen[0],
            firmness=firmness(self.scene, statement, draft.match.anchors, [chosen[0]], True),
        )
        return Draft(draft.match, promise, chosen[1])


def _beside_unlawful(
    matches: Sequence[Match], bound: Sequence[list[tuple[Quantity, Amount]]]
) -> list[tuple[Match, list[tuple[Quantity, Amount]]]]:
    """Beside what is forbidden, only a promise with its figure said before counts: "đặt cọc 2 triệu đồng cho bộ đồng phục" gives none."""
    pairs = list(zip(matches, bound, strict=True))
    forbidden = min((m.anchors[0][0] for m in matches if m.rules.topic == "unlawful"), default=None)
    if forbidden is None:
        return pairs
    return [
        (m, mine)
        for m, mine in pairs
        if m.rules.topic == "unlawful" or (m.anchors[0][0] < forbidden and any(q.end <= forbidden for q, _ in mine))
    ]


def _evidence(draft: Draft) -> str:
    """What a promise rests on: a key of `grading_rules/confidence.yaml`."""
    promise = draft.promise
    if not draft.match.alternative.all:
        return "title_and_figure" if promise.amount is not None else "title_only"
    if promise.amount is not None:
        if promise.quantity is None:
            return "words_meaning_figure"
        carried = draft.match.anchors == [(promise.start, promise.start)]
        return "words_and_carried" if carried else "words_and_figure"
    if promise.ruling is not None or promise.unlawful:
        return "words_and_ruling"
    if promise.firmness == "vague":
        return "words_and_wish"
    if promise.refers_to_law:
        return "words_and_law"
    return "words_better" if promise.bare == "better" else "words_equal"


def _one_each(matches: Sequence[Match]) -> list[Match]:
    """One match for each provision (or kind and what it breaks) and worker group: the first alternative's, with the anchors of all."""
    out: dict[tuple[str, str, str], Match] = {}
    for match in matches:
        key = (match.rules.topic + "/" + match.rules.id, match.alternative.provision or "", match.alternative.group)
        known = out.get(key)
        if known is None:
            out[key] = match
        else:
            known.anchors = sorted({*known.anchors, *match.anchors})
    return list(out.values())


def _adjusted(amount: Amount, rules: ProvisionRules, names: set[str]) -> Amount:
    """Bring an amount to the provision's own way of counting: a holiday rate of 400 % "all in" is 300 %, a meal a shift is a meal."""
    for change in rules.adjust:
        if amount[1] == change.unit and amount[0] >= change.at_least and (not change.names or names & set(change.names)):
            return amount[0] + change.add, change.to
    return amount


def _quantity_tags(quantity: Quantity) -> tuple[tuple[str, bool], ...]:
    return (
        ("conflict", quantity.conflict),
        ("increment", quantity.role == "increment"),
        ("cap", quantity.bound in ("at_most", "less_than")),
    )


def _word_amount(match: Match, names: Mapping[str, object], intro: Mapping[str, object]) -> Amount | None:
    if match.alternative.value is not None and match.alternative.unit is not None:
        return match.alternative.value, match.alternative.unit
    for place in (names, intro):
        for word in match.rules.word_amounts:
            if any(n in place for n in word.names):
                return word.value, word.unit
    return None
