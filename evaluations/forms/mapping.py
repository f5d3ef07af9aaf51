"""What became of an item, as the migration workbench takes it down."""

from django import forms

from evaluations.index_sheet import cells
from evaluations.models import ItemMapping

R = ItemMapping.Relation


class MapForm(forms.Form):
    """One decision: a relation and the codes it is about."""

    relation = forms.ChoiceField(label="关系", choices=R.choices)
    old = forms.CharField(label="原要点", max_length=200, required=False)
    new = forms.CharField(label="新要点", max_length=200, required=False)

    def __init__(self, *args, old_items, new_items, **kwargs):
        super().__init__(*args, **kwargs)
        self.sides = {"old": old_items, "new": new_items}

    def clean(self):
        sent = super().clean()
        relation = sent.get("relation")
        sent["old"] = None if relation == R.NEW else self._found("old", sent.get("old"))
        sent["new"] = None if relation == R.DROPPED else self._found("new", sent.get("new"))
        return sent

    def _found(self, side, typed):
        """The item whose code the text begins with, as the list of proposals writes it."""
        code = cells.code((typed or "").split(" ")[0])
        item = self.sides[side].get(code)
        if item is None:
            words = "原" if side == "old" else "新"
            told = f"没有编号为“{typed}”的{words}要点" if typed else f"请填写{words}要点的编号"
            self.add_error(side, f"{told}，没有保存任何内容。")
        return item
