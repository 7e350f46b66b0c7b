"""What a reader must know of the machine and the versions to judge the figures."""

import datetime
import os
import platform
import shutil
import subprocess

from .kernels import PEERS, ROOT


def facts(samples, load_before, command):
    """Return pairs of a name and a value."""
    rounds = max(map(len, samples.values()))
    pairs = [
        ("Measured", f"{datetime.date.today().isoformat()}, {rounds} round{'s' * (rounds > 1)}, each program once a round in shuffled "
                     f"order, with `{command}`"),
        ("Machine", f"{_processor()}, {os.cpu_count()} cores, {platform.system()} {platform.release()}; load "
                    f"{load_before[0]:.2f} before, {os.getloadavg()[0]:.2f} after"),
        ("Versions", ", ".join(_versions(samples))),
    ]
    return pairs


def _processor():
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:
            for line in lines:
                if line.startswith("model name"):
                    return line.partition(":")[2].strip()
    except OSError:
        pass  # Not Linux: the platform module knows less, but something.
    return platform.processor() or platform.machine()


def _versions(samples):
    known = {(key[0], result["version"]) for key, results in samples.items()
             for result in results if "version" in result}
    if any(key[0] == "nexosim" for key in samples):
        known.add(("nexosim", _locked_version("nexosim")))
    versions = [f"{kernel} {version}" for kernel, version in sorted(known)]
    versions.append("jqlab " + (_said("git", "describe", "--always", "--dirty") or "of unknown commit"))
    versions += filter(None, (_said("rustc", "--version"), (_said("cc", "--version") or "").partition("\n")[0]))
    versions.append(f"{platform.python_implementation()} {platform.python_version()}")
    return versions


def _locked_version(package):
    """Return the version of a package in the lock file of the crate of models."""
    lines = (PEERS / "nexosim" / "Cargo.lock").read_text(encoding="utf-8").splitlines()
    return lines[lines.index(f'name = "{package}"') + 1].partition(" = ")[2].strip('"')


def _said(*command):
    """Return what a command printed, or None if it is not there or failed."""
    if shutil.which(command[0]) is None:
        return None
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None
