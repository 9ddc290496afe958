"""Pages under test stand still."""

import pytest

from dashboard.session import unasked


@pytest.fixture(autouse=True)
def _pages_stand_still(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a page would begin by itself is begun by no test that does not ask for it."""
    monkeypatch.setattr(unasked, "ALLOWED", False)
