"""PEP 517 backend: makes the distributions of Clockwork.

Clockwork is developed in a folder of rooms (models/, dashboard/, assets/, app.py) and imported there as `models` and
`dashboard`. Names as common as these would collide in a shared environment, so the wheel holds the same files as one
package, `clockwork`. `layout` says what goes where, `renaming` changes the names of modules, and setuptools makes the
wheel of that.
"""

from build_backend.hooks import build_sdist, build_wheel, prepare_metadata_for_build_wheel

__all__ = ["build_sdist", "build_wheel", "prepare_metadata_for_build_wheel"]
