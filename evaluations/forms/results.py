"""Forms about results."""

from django import forms

from portal.forms.base import VersionedForm


class PlacesForm(VersionedForm):
    """How many units a round is to put forward."""

    places = forms.IntegerField(label="拟推荐名额", required=False, min_value=1, max_value=9999)
