"""WSGI entry for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

from portal.guard_body import BodyGuard

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = BodyGuard(get_wsgi_application())
