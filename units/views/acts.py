"""What every page with a form does: shape, one operation, then on to the object or back."""

from django.contrib import messages
from django.shortcuts import redirect, render

from portal.errors import Refused
from portal.versions import Stale


def handle(request, form, act, page, *, template="units/form.html", told=None):
    """Act on a valid form and go on; otherwise show the page with what stands in the way.

    `act()` returns the object to go to and the sentence to say; `told(row)` gives the form's
    initial values for a row, so that a second editor sees both.
    """
    if request.method == "POST" and form.is_valid():
        try:
            target, sentence = act()
        except Stale as stale:
            page = {**page, **_conflict(form, stale, told)}
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, sentence)
            return redirect(target)
    return render(request, template, {**page, "form": form})


def carry_out(request, call, sentence, back):
    """Do one act that has no form, and go back with what came of it."""
    try:
        call()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, sentence)
    return redirect(back)


def _conflict(form, stale, told):
    """Both contents side by side; sending the form again now means one has seen them."""
    form.add_error(None, str(stale))
    form.data = form.data.copy()
    form.data["version"] = stale.current.version
    return {"conflict": differences(form, told(stale.current)) if told else []}


def differences(form, theirs):
    """The fields in which what is stored now and what was sent in are not the same."""
    lines = []
    for name, field in form.fields.items():
        if name not in theirs or name == "version":
            continue
        stored = shown(field, theirs[name])
        mine = shown(field, form.cleaned_data.get(name))
        if stored != mine:
            lines.append({"label": field.label, "theirs": stored, "mine": mine})
    return lines


def shown(field, value):
    """A value as a person reads it in a table."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "；".join(":".join(map(str, e)) if isinstance(e, list) else str(e) for e in value)
    if isinstance(value, dict):
        return field.prepare_value(value) or "（空）"
    choices = dict(getattr(field, "choices", None) or {}) if isinstance(value, str) else {}
    return str(choices.get(value, value)) if value not in (None, "") else "（空）"
