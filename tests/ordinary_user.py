"""What a program is begun with so that permissions hold for it, also where tests run as root."""

import os
import shutil

import pytest

OVERRIDES = "-dac_override,-dac_read_search,-fowner"  # what lets root pass over permissions

AS_ORDINARY_USER: list[str] = []
if hasattr(os, "geteuid") and os.geteuid() == 0:
    AS_ORDINARY_USER = ["setpriv", f"--bounding-set={OVERRIDES}", "--inh-caps=-all"]
    if shutil.which("setpriv") is None:
        pytest.skip("as root, permissions can be tested with setpriv only", allow_module_level=True)
