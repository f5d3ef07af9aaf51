"""Labels of the second floor's acts; menu entries and panels come with its pages."""

from evaluations import self_check_panels  # noqa: F401 (registers itself)
from evaluations.words import ACTS
from portal import audit_labels, desk
from portal.models import User

R = User.Role

audit_labels.add(ACTS)

desk.entry(
    label="佐证材料",
    url_name="evaluations:evidence-list",
    roles=frozenset({R.OFFICER, R.AUDITOR, R.CLERK, R.ASSESSOR}),
    section="evidence",
    position=70,
)
