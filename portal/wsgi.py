"""WSGI entry for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application
from django.db import connections
from django.utils.module_loading import import_string

from portal.checks import refuse_to_start_unsafe

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

within = get_wsgi_application()  # sets Django up; the guard asks for its tables
application = import_string("portal.guard_body.BodyGuard")(within)
refuse_to_start_unsafe()
connections.close_all()  # workers are forked from here, and each wants a connection of its own
