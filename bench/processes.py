"""What the kernel says of processes."""

import os
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def find_workers(pid: int) -> list[int]:
    """The worker processes of a run."""
    try:
        tasks = Path(f"/proc/{pid}/task").iterdir()  # each thread has the children that it started
        children = [int(child) for task in tasks for child in (task / "children").read_text().split()]
        return [child for child in children if b"worker_process" in Path(f"/proc/{child}/cmdline").read_bytes()]
    except OSError:
        return []


def resident(pid: int) -> float:
    """MiB of memory that a process holds; 0 where it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0.0
    return float(status.partition("VmRSS:")[2].split()[0]) / 1024 if "VmRSS:" in status else 0.0


def cpu_seconds(pid: int) -> float:
    """CPU time that a process has used; 0 where it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICKS
