"""The portal's settings, quick and self-contained for tests.

DATABASE_URL and REDIS_URL are honoured; without them: a SQLite file of one's own, no broker.
"""

import atexit
import os
import shutil
import tempfile

if "PORTAL_VAR" not in os.environ:  # the first process makes it, xdist's workers inherit it
    os.environ["PORTAL_VAR"] = tempfile.mkdtemp(prefix="portal-tests-")
    atexit.register(shutil.rmtree, os.environ["PORTAL_VAR"], ignore_errors=True)

from portal.settings import *  # noqa: F403
from portal.settings import DATABASES, VAR_DIR

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # In memory, threads lose each other's writes.
    DATABASES["default"]["TEST"] = {"NAME": VAR_DIR / "test.sqlite3"}
(VAR_DIR / "static").mkdir(exist_ok=True)  # whitenoise looks for it
