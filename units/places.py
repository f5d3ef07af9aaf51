"""Where units lie, in the words of a list: names of the regions above each, read once."""

from portal.models import Region

Level = Region.Level
DIRECT = {Level.PROVINCE: "区直", Level.CITY: "市直"}


class Places:
    """Names by level for any number of paths; what has been read is kept."""

    def __init__(self):
        self.known = {}

    def learn(self, paths):
        """Read the regions on these paths that are not known yet, in one query."""
        missing = {each for path in paths for each in ids_of(path)} - self.known.keys()
        if missing:
            found = Region.objects.filter(pk__in=missing).values_list("pk", "level", "name")
            self.known |= {pk: (level, name) for pk, level, name in found}

    def names(self, path):
        """{level: name} of a place and everything above it."""
        return dict(self.known[each] for each in ids_of(path) if each in self.known)


def ids_of(path):
    """The chain of region ids a path is made of."""
    return [int(part) for part in path.strip("/").split("/") if part]


def county_of(names):
    """The 旗市区 a place lies in; of an office of a higher tier, that it is one."""
    if Level.COUNTY in names:
        return names[Level.COUNTY]
    return DIRECT[Level.CITY] if Level.CITY in names else DIRECT[Level.PROVINCE]
