"""The rule that speaks for a title on a day: for renewal, 整改, bans and plaques."""

from portal.models import Setting
from units.models import HonourRule


class Rulings:
    """Rules read once for many titles alike in level, kind, category and county."""

    def __init__(self, on):
        self.on, self.known = on, {}

    def of(self, title):
        """The rule in force for this title; where no document says anything, the usual values."""
        unit = title.unit
        key = (title.level, title.kind_id, unit.category_id, unit.region_id)
        if key not in self.known:
            self.known[key] = self._found(title) or usual_rule(title.level)
        return self.known[key]

    def _found(self, title):
        unit = title.unit
        case = {"kind": title.kind, "category": unit.category, "region": unit.region}
        return HonourRule.objects.for_case(title.level, on=self.on, **case)


def rule_of(title, on):
    """The rule in force for one title on that day, or the usual values."""
    return Rulings(on).of(title)


def usual_rule(level):
    """What is usual where no document is in force: an unsaved row, 待确认."""
    return HonourRule(level=level, term_years=Setting.objects.value("term_years"))


def stored(rule):
    """The rule as a row may point at it: None for the usual values."""
    return rule if rule.pk else None
