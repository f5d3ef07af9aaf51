"""The form of a weight."""

from evaluations.models import AppraisalWeight
from portal.forms.reference import ReferenceForm


class AppraisalWeightForm(ReferenceForm):
    class Meta:
        model = AppraisalWeight
        fields = ["level", "year", "percent", "source", "confirmed"]
