"""What issuing certificates would do, said before it is done. No writes: numbers may still move."""

from awards import rules
from awards.models import CertificateSeries
from awards.operations.certificates import stem_for


def told_ahead(rows):
    """How many papers, under which numbers and documents, and how many they replace."""
    return {
        "rows": rows,
        "ranges": _ranges(rows),
        "documents": sorted({each.document_no for each in rows if each.document_no}),
        "replaced": sum(each.current is not None for each in rows),
    }


def _ranges(rows):
    """[(first number, last number, how many)] in each series, as they would be given now."""
    counts = {}
    for each in rows:
        stem = stem_for(each)
        counts[stem] = counts.get(stem, 0) + 1
    last = dict(CertificateSeries.objects.filter(stem__in=counts).values_list("stem", "last"))
    return [
        (rules.number_of(stem, last.get(stem, 0) + 1), _end(stem, last, count), count)
        for stem, count in counts.items()
    ]


def _end(stem, last, count):
    return rules.number_of(stem, last.get(stem, 0) + count)
