"""`scripts/gallery`: screenshots of every page into var/gallery, and a verdict on each.

A page fails on sideways overflow, a console error (a CSP violation is one) or a serious finding
of axe. Usage: python -m tests.gallery [demo] [part of an address's name …]
"""

import os
import sys
import tempfile

import django

os.environ["PORTAL_VAR"] = tempfile.mkdtemp(prefix="portal-gallery-")
os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
os.environ.pop("DATABASE_URL", None)
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # the browser's driver brings an event loop along

django.setup()

from tests.gallery.visit import main  # noqa: E402 -- needs the settings named above

sys.exit(main(sys.argv[1:]))
