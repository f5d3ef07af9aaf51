"""Tables of the top floor: certificates and archive packages."""

from awards.models.archive import Archive
from awards.models.candidate import Candidate
from awards.models.certificate import (
    Certificate,
    CertificateIssue,
    CertificateIssuer,
    CertificateSeries,
    CertificateTemplate,
)

__all__ = [
    "Archive",
    "Candidate",
    "Certificate",
    "CertificateIssue",
    "CertificateIssuer",
    "CertificateSeries",
    "CertificateTemplate",
]
