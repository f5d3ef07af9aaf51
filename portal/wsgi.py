"""WSGI entry for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application
from django.db import connections

from portal.checks import refuse_to_start_with_demo_accounts
from portal.guard_body import BodyGuard

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

application = BodyGuard(get_wsgi_application())
refuse_to_start_with_demo_accounts()
connections.close_all()  # workers are forked from here, and each wants a connection of its own
