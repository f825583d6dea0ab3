"""The site file: what the machines are on which an executor runs nodes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal

import yaml
from pydantic import AliasChoices, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from xstilts.errors import InputError, nearest, shortened
from xstilts.sources import safe_yaml

if TYPE_CHECKING:
    from pathlib import Path

Provider = Literal["local", "slurm", "pbs", "lsf", "kubernetes"]

BATCH = ("slurm", "pbs", "lsf")
"""Providers with a queue, which take a machine away when its time is over."""

_PAGE = "docs/how-to/clusters.md has an example for each provider."


class Site(BaseModel):
    """Machines, in blocks: a block is what the scheduler grants at once (a job of Slurm, a pod).

    Attributes:
        provider: Who grants blocks: ``local`` (this machine), ``slurm``, ``pbs``, ``lsf`` or ``kubernetes``.
        queue: Queue that blocks are asked of; Slurm calls it ``partition``, and either word is read.
        account: Account or project that pays.
        walltime: How long a block lasts, ``HH:MM:SS``, read as seconds. Needed with a queue.
        grace: So many seconds before the end of its block a phase writes a snapshot and stops, to go on in the next.
        blocks: Most blocks at a time.
        nodes_per_block: Machines in a block.
        workers_per_node: Nodes of the plan that one machine runs at a time. Its GPUs are shared out among them.
        cores: Processor cores asked for on each machine. None: as the scheduler likes.
        memory: Gigabytes asked for on each machine. None: as the scheduler likes; of Kubernetes it must be said.
        gpus: GPUs asked for on each machine.
        options: Further lines for the scheduler, as it reads them (``#SBATCH --gres=gpu:4``).
        worker_init: Shell commands run first in each block, such as those that load modules.
        python: The interpreter there. None: the path of this one.
        address: Address of this machine that the workers can reach. None: each of its addresses is tried.
        heartbeat: A machine that was silent for so many seconds is given up.
        poll: Seconds between two questions to the scheduler for the state of blocks.
        image: Container that the pods of Kubernetes run.
        namespace: Namespace of Kubernetes.
        volumes: Claim of a volume to the folder where its pods see it; the store lies in one of them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    provider: Provider = "local"
    queue: str | None = Field(default=None, validation_alias=AliasChoices("queue", "partition"))
    account: str | None = None
    walltime: int | None = Field(default=None, ge=1)
    grace: int = Field(default=120, ge=0)
    blocks: int = Field(default=1, ge=1)
    nodes_per_block: int = Field(default=1, ge=1)
    workers_per_node: int = Field(default=1, ge=1)
    cores: int | None = Field(default=None, ge=1)
    memory: int | None = Field(default=None, ge=1)
    gpus: int = Field(default=0, ge=0)
    options: str = ""
    worker_init: str = ""
    python: str | None = None
    address: str | None = None
    heartbeat: int = Field(default=120, ge=2)
    poll: int = Field(default=30, ge=1)
    image: str | None = None
    namespace: str = "default"
    volumes: dict[str, str] = Field(default_factory=dict)

    @field_validator("walltime", mode="before")
    @classmethod
    def _seconds(cls, value: Any) -> Any:  # noqa: ANN401 - whatever the YAML holds
        """YAML 1.1 itself reads ``24:00:00`` as a number of seconds, and ``04:00:00`` as text."""
        if not isinstance(value, str):
            return value
        if not re.fullmatch(r"\d+:[0-5]\d:[0-5]\d", value):
            raise ValueError("must be hours, minutes and seconds, as in 04:00:00")
        hours, minutes, seconds = map(int, value.split(":"))
        return 3600 * hours + 60 * minutes + seconds

    @model_validator(mode="after")
    def _fits_its_provider(self) -> Site:
        if self.provider in BATCH and self.walltime is None:
            raise ValueError(f"walltime is missing: blocks of {self.provider} are asked for by their length")
        if self.walltime is not None and self.grace >= self.walltime:
            raise ValueError("grace must be shorter than walltime")
        if self.provider == "kubernetes" and (self.image is None or self.memory is None or not self.volumes):
            raise ValueError("kubernetes needs image, memory, and volumes with the one that holds the store")
        return self

    @property
    def slots(self) -> int:
        """How many nodes of the plan run at a time when all blocks are there."""
        return self.blocks * self.nodes_per_block * self.workers_per_node

    @property
    def useful(self) -> int | None:
        """Seconds of a block until its phases stop; None where nobody takes it away."""
        return None if self.walltime is None else self.walltime - self.grace


def read_site(path: Path) -> Site:
    """The site that a YAML file describes.

    Raises:
        InputError: Naming the wrong key, and what is allowed there.
    """
    try:
        root = safe_yaml.load(safe_yaml.file_text(path))
    except FileNotFoundError:
        raise InputError("does not exist.", field=str(path), hint=f"Name a site file. {_PAGE}") from None
    except UnicodeDecodeError as error:
        raise InputError(f"is not UTF-8 text (byte {error.start}).", field=str(path)) from None
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}.", field=str(path), hint=_PAGE) from None
    except yaml.YAMLError as error:
        said, line = safe_yaml.problem(error)
        where = str(path) if line is None else f"{path}:{line}"
        raise InputError(f"is not valid YAML: {said}.", field=where) from None
    if not isinstance(root, dict):
        raise InputError("must be a mapping of keys, as provider: slurm.", field=str(path), hint=_PAGE)
    try:
        return Site.model_validate({str(key): value for key, value in root.items()})
    except ValidationError as error:
        said = " ".join(dict.fromkeys(_problem(problem) for problem in error.errors(include_url=False)[:6]))
        raise InputError(said, field=str(path), hint=_PAGE) from None


def _problem(problem: Any) -> str:  # noqa: ANN401 - pydantic's ErrorDetails
    name = ".".join(str(part) for part in problem["loc"])
    known = sorted({*Site.model_fields, "partition"})
    if problem["type"] == "extra_forbidden":
        return f"{name}: unknown key. {nearest(name, known) or ''} Allowed: {', '.join(known)}."
    message = problem["msg"].removeprefix("Value error, ")
    if not name:
        return f"{message}."
    return f"{name}: {message} (here: {shortened(repr(problem.get('input')), 80)})."
