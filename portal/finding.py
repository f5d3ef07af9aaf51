"""Finding regions by whatever a person types: name, short or former name, code, pinyin."""

from django.db.models import Case, IntegerField, Q, Value, When

from portal.models import Region, RegionEvent, RegionName
from portal.scoping import below
from portal.text import folded

LEVEL_ORDER = Case(
    *(When(level=level, then=Value(rank)) for rank, level in enumerate(Region.Level)),
    output_field=IntegerField(),
)
MOST_PLACES_ABOVE = 50
LONGEST = 200


def find_regions(text, within=None):
    """Regions that `text` may mean, likeliest first; `within` is the queryset to look in.

    Words before the last one name places above: “鄂伦春 大杨树” finds 大杨树镇 in 鄂伦春自治旗.
    """
    regions = Region.objects.all() if within is None else within
    words = words_of(text)
    if not words:
        return regions.none()
    for word in words[:-1]:
        above = Region.objects.filter(_matches(word)).order_by(LEVEL_ORDER, "pk")
        paths = list(above.values_list("path", flat=True)[:MOST_PLACES_ABOVE])
        regions = regions.filter(below("path", paths))
    word = words[-1]
    ranked = regions.filter(_matches(word)).annotate(likeliness=_likeliness(word))
    return ranked.order_by("likeliness", LEVEL_ORDER, "ends_on", "code", "pk")


def words_of(text):
    """The words typed, as they are compared; PostgreSQL takes no NUL even in a question."""
    typed = (text or "").replace("\0", "")[:LONGEST].split()
    return [word for word in map(folded, typed) if word]


def regions_named(text, within=None):
    """Regions of which `text` is the whole name, another name, the code, or the path of names."""
    regions = Region.objects.all() if within is None else within
    words = words_of(text)
    if not words:
        return regions.none()
    found = find_regions(text, regions).filter(_is_called(words[-1]))
    present = found.filter(name_key=words[-1]).in_being()
    return present if present.exists() else found


def _matches(word):
    if word.isascii() and word.isdigit():
        return Q(code__startswith=word) | Q(pk__in=_once_coded(word))
    other = RegionName.objects.usable()
    names = other.filter(name_key__contains=word).values("region")
    found = Q(name_key__contains=word) | Q(pk__in=names)
    if word.isascii() and word.isalpha():
        short = other.filter(name_initials__startswith=word).values("region")
        found |= Q(name_initials__startswith=word) | Q(pk__in=short)
    return found


def _is_called(word):
    names = RegionName.objects.usable().filter(name_key=word).values("region")
    return Q(name_key=word) | Q(pk__in=names) | Q(code=word)


def _once_coded(code):
    return RegionEvent.objects.filter(before__code=code).values("region")


def _likeliness(word):
    names = RegionName.objects.usable().filter(name_key=word).values("region")
    return Case(
        When(Q(name_key=word) | Q(code=word), then=Value(0)),
        When(pk__in=names, then=Value(1)),
        When(Q(name_key__startswith=word) | Q(name_initials=word), then=Value(2)),
        default=Value(3),
        output_field=IntegerField(),
    )


def full_names(regions):
    """By id, the names from the 市 down: “呼伦贝尔市 海拉尔区 哈克镇”; one query in all."""
    chains = {region.pk: region.ancestor_ids() for region in regions}
    wanted = {pk for chain in chains.values() for pk in chain}
    above = Region.objects.filter(pk__in=wanted).values_list("pk", "name", "level")
    names = {pk: (name, level) for pk, name, level in above}
    return {pk: _path_words(chain, names) for pk, chain in chains.items()}


def _path_words(chain, names):
    known = [names[pk] for pk in chain if pk in names]
    below_top = [name for name, level in known if level != Region.Level.PROVINCE]
    return " ".join(below_top or [name for name, _ in known])
