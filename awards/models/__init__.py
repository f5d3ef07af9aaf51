"""Tables of the top floor: certificates and archive packages."""

from awards.models.archive import Archive
from awards.models.candidate import Candidate

__all__ = ["Archive", "Candidate"]
