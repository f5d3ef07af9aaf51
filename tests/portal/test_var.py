"""What lies in var/ is for the account that runs the portal, and for nobody else."""

import os
import stat
import subprocess
import sys

import pytest
from django.conf import settings


@pytest.mark.embedded
def test_nobody_else_of_this_machine_reads_the_data(tmp_path):
    place = tmp_path / "var"
    command = [sys.executable, "-c", "import portal.settings"]
    subprocess.run(
        command, cwd=settings.BASE_DIR, env={**os.environ, "PORTAL_VAR": str(place)}, check=True
    )

    assert stat.S_IMODE(place.stat().st_mode) == 0o700
    assert stat.S_IMODE((place / "secret_key.txt").stat().st_mode) == 0o600
