"""How long a text is to be, category by category, as people type it: a line each."""

import re

from django import forms

LINE = re.compile(r"(.+?)\s*[:：]?\s*(\d{1,5})\s*[-－–—~～至]\s*(\d{1,5})\s*字?")
HIGHEST = 20_000  # words


class RangesField(forms.CharField):
    """{category key as text: [fewest, most]} from lines like 学校 1500-2500."""

    def __init__(self, **kwargs):
        self.categories = []
        super().__init__(max_length=2000, widget=forms.Textarea({"rows": 4}), **kwargs)

    def prepare_value(self, value):
        if not isinstance(value, dict):
            return value
        known = [each for each in self.categories if str(each.pk) in value]
        pairs = ((each.name, value[str(each.pk)]) for each in known)
        return "\n".join(f"{name} {least}-{most}" for name, (least, most) in pairs)

    def to_python(self, value):
        if isinstance(value, dict):
            return value
        lines = (line.strip() for line in str(value or "").splitlines())
        return dict(self._read(line) for line in lines if line)

    def has_changed(self, initial, data):
        return self.prepare_value(initial) != data

    def _read(self, line):
        found = LINE.fullmatch(line)
        if not found:
            raise forms.ValidationError(f"“{line}”请写成 学校 1500-2500 的样子。")
        category = next((each for each in self.categories if each.name == found[1]), None)
        if category is None:
            raise forms.ValidationError(f"没有“{found[1]}”这一类别。")
        least, most = int(found[2]), int(found[3])
        if least > most or not 0 < most <= HIGHEST:
            raise forms.ValidationError(f"“{line}”的最少字数不能多于最多字数，最多 {HIGHEST} 字。")
        return str(category.pk), [least, most]
