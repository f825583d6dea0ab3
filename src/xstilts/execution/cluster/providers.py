"""Parsl's providers, one for each that a site may name: who grants blocks."""

from __future__ import annotations

import shutil
import subprocess
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from xstilts.errors import InputError, nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from xstilts.execution.cluster.site import Site

SUBMITS = {"slurm": "sbatch", "pbs": "qsub", "lsf": "bsub"}
"""Provider -> the command that asks for a block."""
_ANSWER_SECONDS = 60
_NO_JOB = "1"
"""A job id beside that which is asked for: see :func:`_slurm`."""


def check(site: Site) -> None:
    """Refuse a site that cannot work from this machine, before anything is run.

    Raises:
        InputError: If Parsl, the scheduler's commands or the queue is missing; says what to do.
    """
    if find_spec("parsl") is None:
        hint = "Install it with: pip install 'xstilts[cluster]'"
        raise InputError("The executor parsl needs the package parsl, which is not installed.", hint=hint)
    if site.provider == "kubernetes" and find_spec("kubernetes") is None:
        hint = "Install it with: pip install kubernetes"
        raise InputError("needs the package kubernetes, which is not installed.", field="provider: kubernetes",
                         hint=hint)  # fmt: skip
    command = SUBMITS.get(site.provider)
    if command is not None and shutil.which(command) is None:
        hint = "Start the run where blocks are submitted (a login node), or use provider: local."
        raise InputError(f"There is no {command} on this machine.", field=f"provider: {site.provider}", hint=hint)
    if site.provider == "slurm":
        _check_partition(site.queue)


def _check_partition(queue: str | None) -> None:
    asked = subprocess.run(
        ["sinfo", "--noheader", "--format=%R"],  # noqa: S607 - where Slurm is, its commands are on the path
        capture_output=True,
        text=True,
        check=False,
        timeout=_ANSWER_SECONDS,
    )
    if asked.returncode:
        said = " ".join(asked.stderr.split())
        raise InputError(f"Slurm does not answer: {said}", field="provider: slurm", hint="Ask those who run it.")
    known = sorted(set(asked.stdout.split()))
    for name in queue.split(",") if queue is not None else ():
        if name not in known:
            raise InputError(f"Slurm has no partition {name!r}.", field="queue", value=name, allowed=known,
                             hint=nearest(name, known))  # fmt: skip


def provider_of(site: Site, worker_init: str) -> Any:  # noqa: ANN401 - Parsl is imported when it is used
    """The provider of a site, whose blocks begin with the shell commands ``worker_init``."""
    blocks = {"init_blocks": 1, "min_blocks": 0, "max_blocks": site.blocks, "worker_init": worker_init}
    return _PROVIDERS[site.provider](site, blocks)


def _local(site: Site, blocks: Mapping[str, Any]) -> Any:  # noqa: ANN401
    from parsl.launchers import SimpleLauncher
    from parsl.providers import LocalProvider

    return LocalProvider(nodes_per_block=1, launcher=SimpleLauncher(), **blocks)


def _slurm(site: Site, blocks: Mapping[str, Any]) -> Any:  # noqa: ANN401
    """Slurm, asked for the states of blocks so that it always answers.

    Where no accounting is kept Parsl asks ``squeue``, which refuses an id that is over and forgotten, but not two ids.
    Of a refusal Parsl learns nothing: with one block, cancelled, it would wait for ever (Parsl/parsl#1588).
    """
    from parsl.launchers import SimpleLauncher, SrunLauncher
    from parsl.providers import SlurmProvider

    class AnsweredSlurm(SlurmProvider):
        def __init__(self, **said: Any) -> None:  # noqa: ANN401
            super().__init__(**said)
            if self._cmd.startswith("squeue"):
                self._cmd = self._cmd.replace("'{0}'", f"'{_NO_JOB},{{0}}'")

        @property
        def status_polling_interval(self) -> int:
            return site.poll

    return AnsweredSlurm(
        partition=site.queue,
        account=site.account,
        walltime=_clock(site.walltime),
        nodes_per_block=site.nodes_per_block,
        cores_per_node=site.cores,
        mem_per_node=site.memory,
        gpus_per_node=site.gpus or None,
        scheduler_options=site.options.strip(),
        exclusive=False,
        cmd_timeout=_ANSWER_SECONDS,
        launcher=SimpleLauncher() if site.nodes_per_block == 1 else SrunLauncher(),
        **blocks,
    )


def _pbs(site: Site, blocks: Mapping[str, Any]) -> Any:  # noqa: ANN401
    from parsl.launchers import MpiExecLauncher, SimpleLauncher
    from parsl.providers import PBSProProvider

    asked = [f"mem={site.memory}gb"] if site.memory else []
    asked += [f"ngpus={site.gpus}"] if site.gpus else []
    return PBSProProvider(
        queue=site.queue,
        account=site.account,
        walltime=_clock(site.walltime),
        nodes_per_block=site.nodes_per_block,
        cpus_per_node=site.cores or 1,
        select_options=":".join(asked),
        scheduler_options=site.options.strip(),
        cmd_timeout=_ANSWER_SECONDS,
        launcher=SimpleLauncher() if site.nodes_per_block == 1 else MpiExecLauncher(),
        **blocks,
    )


def _lsf(site: Site, blocks: Mapping[str, Any]) -> Any:  # noqa: ANN401
    from parsl.launchers import JsrunLauncher, SimpleLauncher
    from parsl.providers import LSFProvider

    return LSFProvider(
        queue=site.queue,
        project=site.account,
        walltime=_clock(site.walltime),
        nodes_per_block=site.nodes_per_block,
        cores_per_node=site.cores,
        request_by_nodes=site.cores is None,
        scheduler_options=site.options.strip(),
        cmd_timeout=_ANSWER_SECONDS,
        launcher=SimpleLauncher() if site.nodes_per_block == 1 else JsrunLauncher(),
        **blocks,
    )


def _kubernetes(site: Site, blocks: Mapping[str, Any]) -> Any:  # noqa: ANN401
    from parsl.providers import KubernetesProvider

    memory, cores = f"{site.memory}Gi", site.cores or 1  # Parsl's own limit of 500 Mi kills what imports torch
    gpus = {"nvidia.com/gpu": str(site.gpus)} if site.gpus else None
    return KubernetesProvider(
        image=str(site.image),
        namespace=site.namespace,
        nodes_per_block=1,
        init_cpu=cores,
        max_cpu=cores,
        init_mem=memory,
        max_mem=memory,
        extra_requests=gpus,
        extra_limits=gpus,
        persistent_volumes=list(site.volumes.items()),
        **blocks,
    )


def _clock(seconds: int | None) -> str:
    minutes, rest = divmod(seconds or 0, 60)
    return f"{minutes // 60:02}:{minutes % 60:02}:{rest:02}"


_PROVIDERS: Mapping[str, Callable[[Site, Mapping[str, Any]], Any]] = {
    "local": _local,
    "slurm": _slurm,
    "pbs": _pbs,
    "lsf": _lsf,
    "kubernetes": _kubernetes,
}
