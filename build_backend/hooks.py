"""The functions that pip calls (PEP 517): a wheel, its metadata, a source distribution."""

import io
import os
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from setuptools import build_meta

from build_backend.layout import ROOT, lay_out, source_files

Settings = Mapping[str, Any] | None


@contextmanager
def laid_out() -> Iterator[None]:
    """The package in a temporary folder, the current one while this lasts: nothing is written among the sources."""
    before = Path.cwd()
    with TemporaryDirectory(prefix="clockwork-build-") as folder:
        lay_out(Path(folder))
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


def build_wheel(wheel_directory: str, config_settings: Settings = None, metadata_directory: str | None = None) -> str:
    """Write the wheel into a folder; returns its name."""
    target = Path(wheel_directory).absolute()  # the hooks below are called from another folder
    with laid_out():
        return build_meta.build_wheel(str(target))


def prepare_metadata_for_build_wheel(metadata_directory: str, config_settings: Settings = None) -> str:
    """Write the wheel's .dist-info into a folder; returns its name."""
    target = Path(metadata_directory).absolute()
    with laid_out():
        return build_meta.prepare_metadata_for_build_wheel(str(target))


def build_sdist(sdist_directory: str, config_settings: Settings = None) -> str:
    """Write the sources as they stand, from which the same wheel is built, and PKG-INFO; returns the archive's name."""
    with TemporaryDirectory() as folder:
        metadata = Path(folder, prepare_metadata_for_build_wheel(folder))
        name = metadata.name.removesuffix(".dist-info")
        info = (metadata / "METADATA").read_bytes()
    archive = f"{name}.tar.gz"
    with tarfile.open(Path(sdist_directory, archive), "w:gz", format=tarfile.PAX_FORMAT) as packed:
        for file in source_files():
            packed.add(ROOT / file, f"{name}/{file}", filter=_of_nobody)
        entry = tarfile.TarInfo(f"{name}/PKG-INFO")
        entry.size = len(info)
        packed.addfile(entry, io.BytesIO(info))
    return archive


def _of_nobody(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    """Without the name of whoever packed it."""
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    return entry
