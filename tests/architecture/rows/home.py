from tests.architecture.matrix import EVERYONE, PUBLIC, Row

ROWS = {
    "portal:home": Row(roles=EVERYONE),
    "portal:healthz": Row(roles=PUBLIC),
}
