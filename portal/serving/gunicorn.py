"""How gunicorn serves: `gunicorn -c python:portal.serving.gunicorn`, embedded and in Docker."""

import os
from pathlib import Path

_SERVER = os.environ.get("PORTAL_MODE") == "server"
_SHARED_MEMORY = Path("/dev/shm")
_HOST = os.environ.get("BIND") or ("0.0.0.0" if _SERVER else "127.0.0.1")

bind = f"{_HOST}:{os.environ.get('PORT') or 8000}"
worker_class = "portal.serving.patience.PatientWorker"
workers = int(os.environ.get("WEB_WORKERS") or 2)
threads = int(os.environ.get("WEB_THREADS") or 8)
preload_app = True  # a broken start ends the master at once, and the workers share its memory
timeout = 60
graceful_timeout = 5
keepalive = 15
worker_connections = 1000
# A worker's sign of life is a file's time; on a busy disk writing it can take longer than it may.
worker_tmp_dir = str(_SHARED_MEMORY) if os.access(_SHARED_MEMORY, os.W_OK) else None
control_socket_disable = True
errorlog = "-"
loglevel = os.environ.get("WEB_LOG_LEVEL") or "warning"
