"""Pages under test stand still, and are opened quickly."""

from collections.abc import Iterator

import pytest
from streamlit.components.v2 import manifest_scanner

from dashboard.session import unasked


@pytest.fixture(scope="session", autouse=True)
def _installed_components_are_looked_for_once() -> Iterator[None]:
    """AppTest looks through all installed packages for each page that it opens, which takes longer than most pages."""
    found = manifest_scanner.scan_component_manifests()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest_scanner, "scan_component_manifests", lambda: found)
        yield


@pytest.fixture(autouse=True)
def _pages_stand_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page would begin by itself is begun by no test that does not ask for it."""
    monkeypatch.setattr(unasked, "ALLOWED", False)
