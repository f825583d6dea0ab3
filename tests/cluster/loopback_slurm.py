"""A Slurm of two nodes on this machine, as it is installed: nothing of it listens beyond loopback, all of it is ended.

    with LoopbackSlurm(folder) as slurm: …   slurm.environment is what its commands need

Needs root and the packages slurmctld, slurmd, slurm-client and munge. Both nodes are this machine, so they are good for
behaviour and not for speed. The nodes forget a job two seconds after its end, as a busy cluster does.
"""

from __future__ import annotations

import os
import re
import secrets
import shutil
import signal
import subprocess
import time
from pathlib import Path

NODES = ("n1", "n2")
PROGRAMS = ("slurmctld", "slurmd", "sbatch", "munged")
CONTROLLER_PORT, NODE_PORTS = 16817, (17001, 17002)
UP_SECONDS = 60


def missing() -> str:
    """Why there can be no such Slurm here; empty if there can."""
    gone = [name for name in PROGRAMS if _found(name) is None]
    if gone:
        return f"not installed: {', '.join(gone)}"
    return "" if os.geteuid() == 0 else "it needs root"


def _found(name: str) -> str | None:
    return shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin:/sbin")


def version() -> tuple[int, int]:
    """Of the installed Slurm, such as (22, 5)."""
    said = subprocess.run([_found("slurmd"), "-V"], capture_output=True, text=True, check=True).stdout
    return tuple(int(part) for part in re.search(r"(\d+)\.(\d+)", said).groups())


def configuration(folder: Path, of: tuple[int, int]) -> dict[str, str]:
    """File name to text, for a version of Slurm: names of settings changed in 23.11, where a plug-in must be named."""
    new = of >= (23, 11)
    host = os.uname().nodename
    lines = [
        "ClusterName=loop",
        "SlurmctldHost=localhost(127.0.0.1)",
        "CommunicationParameters=NoInAddrAny,NoCtldInAddrAny",
        "SlurmUser=root",
        "SlurmdUser=root",
        "AuthType=auth/munge",
        f"AuthInfo=socket={folder}/munge.socket",
        f"{'CredType=cred' if new else 'CryptoType=crypto'}/munge",
        "MpiDefault=none",
        "ProctrackType=proctrack/linuxproc",
        *([] if new else ["TaskPlugin=task/none", "SwitchType=switch/none", "JobAcctGatherType=jobacct_gather/none"]),
        *([] if new else ["AccountingStorageType=accounting_storage/none", "JobCompType=jobcomp/none"]),
        "ReturnToService=2",
        f"SlurmctldPidFile={folder}/slurmctld.pid",
        f"SlurmdPidFile={folder}/slurmd-%n.pid",
        f"SlurmctldPort={CONTROLLER_PORT}",
        f"SlurmdSpoolDir={folder}/spool-%n",
        f"StateSaveLocation={folder}/state",
        f"SlurmctldLogFile={folder}/slurmctld.log",
        f"SlurmdLogFile={folder}/slurmd-%n.log",
        "SlurmdParameters=config_overrides",
        "SelectType=select/cons_tres",
        "SelectTypeParameters=CR_Core",
        "SchedulerType=sched/backfill",
        "SchedulerParameters=sched_interval=2,bf_interval=2",
        "SlurmctldTimeout=30",
        "SlurmdTimeout=20",
        "KillWait=2",
        "MinJobAge=2",
        *(
            f"NodeName={name} NodeHostname={host} NodeAddr=127.0.0.1 Port={port} CPUs=2 RealMemory=2000"
            for name, port in zip(NODES, NODE_PORTS, strict=True)
        ),
        f"PartitionName=debug Nodes={','.join(NODES)} Default=YES MaxTime=INFINITE State=UP OverSubscribe=NO",
    ]
    files = {"slurm.conf": "\n".join(lines) + "\n"}
    return {**files, "cgroup.conf": "CgroupPlugin=disabled\n"} if new else files


class LoopbackSlurm:
    """The daemons, from their start to their end.

    Attributes:
        environment: What its commands need.
        own_mounts: Whether each node has mounts of its own, which a container may forbid.

    Args:
        folder: Empty; for everything that they keep. All users must be able to enter it.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {"SLURM_CONF": str(folder / "slurm.conf")}
        self.own_mounts = not subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode
        self._daemons: dict[str, subprocess.Popen[bytes]] = {}

    def __enter__(self) -> LoopbackSlurm:
        for name, text in configuration(self.folder, version()).items():
            (self.folder / name).write_text(text)
        for name in ("state", *(f"spool-{node}" for node in NODES)):
            (self.folder / name).mkdir()
        key = self.folder / "munge.key"
        key.write_bytes(secrets.token_bytes(128))
        key.chmod(0o400)
        names = {
            "socket": "munge.socket",
            "key-file": "munge.key",
            "pid-file": "munged.pid",
            "seed-file": "munged.seed",
        }
        places = [f"--{option}={self.folder / name}" for option, name in names.items()]
        try:
            self._start("munged", "munged", "--foreground", "--force", f"--log-file={self.folder}/munged.log", *places)
            self._wait_for(lambda: (self.folder / "munge.socket").exists(), "munged")
            self._start("slurmctld", "slurmctld", "-D")
            apart = ["unshare", "--mount"] if self.own_mounts else []  # so that a test can fill the disk of one
            for node in NODES:
                self._start(node, *apart, _found("slurmd"), "-D", "-N", node)
            self._wait_for(lambda: self.run("sinfo -h -N -o %N:%T").split() == ["n1:idle", "n2:idle"], "the nodes")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *error: object) -> None:
        for daemon in reversed(self._daemons.values()):
            daemon.send_signal(signal.SIGTERM)
            try:
                daemon.wait(timeout=10)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()

    def run(self, command: str) -> str:
        """What a command of Slurm prints."""
        done = subprocess.run(command.split(), capture_output=True, text=True, env=os.environ | self.environment)
        return done.stdout

    def on(self, node: str, *command: str) -> None:
        """Run a command that sees the mounts of a node."""
        subprocess.run(["nsenter", f"--target={self._daemons[node].pid}", "--mount", *command], check=True)

    def jobs(self) -> list[str]:
        """Ids of jobs that run or wait."""
        return self.run("squeue -h -o %i").split()

    def listens_on(self) -> set[str]:
        """Addresses on which the daemons listen, as /proc tells them."""
        lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
        ports = {f"{port:04X}" for port in (CONTROLLER_PORT, *NODE_PORTS)}
        found = (line.split() for line in lines)
        return {local.split(":")[0] for _, local, _, state, *_ in found if state == "0A" and local[-4:] in ports}

    def _start(self, name: str, program: str, *arguments: str) -> None:
        out = (self.folder / f"{name}.out").open("wb")
        with out:
            self._daemons[name] = subprocess.Popen(
                [_found(program), *arguments],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                env=os.environ | self.environment,
            )

    def _wait_for(self, there, what: str) -> None:
        end = time.monotonic() + UP_SECONDS
        while not there():
            if time.monotonic() > end or any(daemon.poll() is not None for daemon in self._daemons.values()):
                said = "\n".join(f"== {path.name}\n{path.read_text()[-2000:]}" for path in self.folder.glob("*.out"))
                raise RuntimeError(f"{what} did not come up\n{said}")
            time.sleep(0.2)
