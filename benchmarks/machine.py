"""On what a benchmark ran."""

from __future__ import annotations

import os
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any


def machine() -> dict[str, Any]:
    """Give the processor, its cores, and the versions that matter."""
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "load_before": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "python": platform.python_version(),
        "opencv": version("opencv-python"),
        "numpy": version("numpy"),
    }


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    for line in info.read_text("utf-8").splitlines() if info.exists() else []:
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def in_words(facts: dict[str, Any]) -> str:
    """Describe a machine in a sentence."""
    cores = f"{facts['cores']} core{'s' if facts['cores'] != 1 else ''}"
    busy = "" if not facts["load_before"] else f", load {facts['load_before']} when it began"
    return (
        f"{facts['processor']}, {cores}{busy}; Python {facts['python']}, OpenCV {facts['opencv']}, "
        f"NumPy {facts['numpy']}"
    )
