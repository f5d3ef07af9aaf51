"""Choosing regions: a text field with a tree for one place, a panel of ticks for several.

Neither needs a script to work: what is typed, a code or a name, is understood on the server.
"""

import django_filters
from django import forms
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from portal.finding import full_names, regions_named
from portal.models import Region
from portal.scoping import below

CANDIDATES_SHOWN = 4


class TemplateWidget(forms.Widget):
    """A widget drawn by a template of the portal's own, with its tags."""

    def render(self, name, value, attrs=None, renderer=None):
        return mark_safe(render_to_string(self.template_name, self.get_context(name, value, attrs)))


class RegionPicker(TemplateWidget):
    """One region: the hidden id the script fills in, and the text that works without it."""

    template_name = "portal/widgets/region_picker.html"
    regions = None  # those in the scope of whoever fills in the form

    def value_from_datadict(self, data, files, name):
        return data.get(name, ""), data.get(f"{name}_text", "").strip()

    def value_omitted_from_data(self, data, files, name):
        return name not in data and f"{name}_text" not in data

    def id_for_label(self, id_):
        return f"{id_}_text" if id_ else id_

    def use_required_attribute(self, initial):
        return False

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        if isinstance(value, tuple):  # was sent in: names nothing out of sight
            (pk, text), known = value, self.regions
        else:
            pk, text, known = value, "", Region.objects.all()
        context["widget"] |= {"pk": pk or "", "text": text or _label(pk, known)}
        return context


def is_key(text):
    """Can this be the number of a row? Anything may stand in an address."""
    text = str(text or "")
    return text.isascii() and text.isdigit() and len(text) < 12


def _label(pk, regions):
    region = regions.filter(pk=pk).first() if regions is not None and is_key(pk) else None
    return full_names([region])[region.pk] if region else ""


class RegionField(forms.Field):
    """A region in the scope of a person; the form's __init__ says whose: `scope_to(user)`."""

    widget = RegionPicker
    default_error_messages = {
        "required": "请选择行政区划。",
        "unknown": "没有找到“%(text)s”，请从区划树中选择，或填写完整名称、12 位代码。",
        "several": "“%(text)s”有 %(count)s 处：%(shown)s。请从区划树中选择，或在前面加上上级名称。",
    }

    def __init__(self, *, regions=None, **kwargs):
        super().__init__(**kwargs)
        self.regions = self.widget.regions = regions

    def scope_to(self, user):
        """Offer what this person sees and what has not been abolished."""
        self.regions = self.widget.regions = Region.objects.visible_to(user).in_being()

    def prepare_value(self, value):
        return value.pk if isinstance(value, Region) else value

    def to_python(self, value):
        if isinstance(value, Region) or value in self.empty_values:
            return value or None
        pk, text = value if isinstance(value, tuple) else (value, "")
        chosen = self._by_id(pk, text)
        if chosen or not (text or pk):
            return chosen
        return self._by_text(text or str(pk))

    def _by_id(self, pk, text):
        """The ticked region, unless the text has been changed by hand since."""
        region = self.regions.filter(pk=pk).first() if is_key(pk) else None
        if region and text and text not in (region.name, full_names([region])[region.pk]):
            return None
        return region

    def _by_text(self, text):
        found = list(regions_named(text, self.regions)[:50])
        if len(found) == 1:
            return found[0]
        words = {"text": text, "count": len(found)}
        if not found:
            raise forms.ValidationError(self.error_messages["unknown"], "unknown", words)
        words["shown"] = "、".join(full_names(found[:CANDIDATES_SHOWN]).values())
        raise forms.ValidationError(self.error_messages["several"], "several", words)

    def has_changed(self, initial, data):
        try:
            return self.prepare_value(self.to_python(data)) != self.prepare_value(initial)
        except forms.ValidationError:
            return True


class RegionsPicker(TemplateWidget):
    """Several regions of a filter: a panel with a tree, and whether lower places count."""

    template_name = "portal/widgets/regions_picker.html"
    is_region_panel = True
    regions = None

    def value_from_datadict(self, data, files, name):
        chosen = data.getlist(name) if hasattr(data, "getlist") else [data.get(name)]
        words = [word for word in chosen if word]
        return {
            "pks": words,
            "text": data.get(f"{name}_text", "").strip(),
            "only": data.get(f"{name}_only", "") == "1",
        }

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        value = value if isinstance(value, dict) else {"pks": [], "text": "", "only": False}
        pks = [pk for pk in value["pks"] if is_key(pk)]
        chosen = list(self.regions.filter(pk__in=pks)) if pks else []
        context["widget"] |= {
            "chosen": chosen,
            "only": value["only"],
            "text": value["text"],
        }
        return context


class RegionsField(forms.Field):
    """Regions a filter narrows to: (regions, whether only they and not what lies beneath)."""

    widget = RegionsPicker

    def __init__(self, *, regions=None, **kwargs):
        kwargs.setdefault("required", False)
        super().__init__(**kwargs)
        self.regions = self.widget.regions = regions

    def clean(self, value):
        pks = [pk for pk in value["pks"] if is_key(pk)]
        chosen = list(self.regions.filter(pk__in=pks))
        if len(chosen) < len(set(value["pks"])):
            raise forms.ValidationError("所选行政区划不在所辖范围内或已不存在，请重新选择。")
        if value["text"]:
            chosen.append(RegionField(regions=self.regions).clean(("", value["text"])))
        return (chosen, value["only"]) if chosen else None


class RegionFilter(django_filters.Filter):
    """`?region=12&region=15`: rows there and beneath; `&region_only=1` leaves beneath out.

    `field_name` is the lookup of the region: "region", "unit__region", or "" for regions.
    """

    field_class = RegionsField

    def __init__(self, field_name="region", **kwargs):
        kwargs.setdefault("label", "行政区划")
        super().__init__(field_name=field_name, **kwargs)

    @property
    def field(self):
        if not hasattr(self, "_field"):
            regions = Region.objects.visible_to(self.parent.request.user)
            self._field = RegionsField(regions=regions, label=self.label)
        return self._field

    def filter(self, queryset, value):
        if not value:
            return queryset
        chosen, only = value
        if only:
            key = f"{self.field_name}__in" if self.field_name else "pk__in"
            return queryset.filter(**{key: [region.pk for region in chosen]})
        paths = [path for region in chosen for path in region.scope_paths()]
        return queryset.filter(below(f"{self.field_name}__path".lstrip("_"), paths))
