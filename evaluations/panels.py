"""Labels of the second floor's acts; menu entries and panels come with its pages."""

from evaluations.words import ACTS
from portal import audit_labels

audit_labels.add(ACTS)
