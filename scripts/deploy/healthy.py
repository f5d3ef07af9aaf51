"""Container health: asks the portal beside it, as nginx would. Exit code 0 when all is well."""

import os
import sys
from urllib.request import Request, urlopen

address = f"http://127.0.0.1:{os.environ.get('PORT') or 8000}/healthz"
host = os.environ.get("ALLOWED_HOSTS", "127.0.0.1").split(",")[0].strip().lstrip(".")
try:
    with urlopen(Request(address, headers={"Host": host}), timeout=5) as answer:
        print(answer.read().decode())
except OSError as error:
    sys.exit(f"{address}: {error}")
