"""Labels of the second floor's acts; menu entries and panels come with its pages."""

from evaluations import (  # noqa: F401 (they register themselves)
    appraisals,
    inspection_panels,
    references,
    result_panels,
    self_check_panels,
)
from evaluations.words import ACTS, VALUES
from portal import audit_labels, desk
from portal.models import User

R = User.Role

audit_labels.add(ACTS, VALUES)

desk.entry(
    label="测评体系",
    url_name="evaluations:editions",
    roles=frozenset({R.OFFICER, R.AUDITOR}),
    section="editions",
    position=50,
    seldom=True,
)

desk.entry(
    label="佐证材料",
    url_name="evaluations:evidence-list",
    roles=frozenset({R.OFFICER, R.AUDITOR, R.CLERK, R.ASSESSOR}),
    section="evidence",
    position=28,
    seldom=True,
)

desk.entry(
    label="离线打分",
    url_name="evaluations:score-books",
    roles=frozenset({R.ASSESSOR}),
    section="score-books",
    position=62,
)
