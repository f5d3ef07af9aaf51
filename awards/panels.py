"""Menu entries of the top floor, its cards beside units, titles and batches, labels of its acts."""

from awards import (  # noqa: F401 (they register themselves)
    candidate_panels,
    certificate_cards,
    references,
)
from awards.words import ACTS, VALUES
from portal import audit_labels, desk
from portal.models import User

R = User.Role

audit_labels.add(ACTS, VALUES)

desk.entry(
    label="证书",
    url_name="awards:certificates",
    roles=frozenset({R.OFFICER, R.AUDITOR, R.CLERK}),
    section="certificates",
    position=56,
    seldom=True,
)
