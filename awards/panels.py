"""Labels of the top floor's acts; menu entries and panels come with its pages."""

from awards import candidate_panels  # noqa: F401 (they register themselves)
from awards.words import ACTS, VALUES
from portal import audit_labels

audit_labels.add(ACTS, VALUES)
