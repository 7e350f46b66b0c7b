"""The kernels under comparison: how each is installed or built, and the programs that run a model on it."""

import json
import os
import shutil
import subprocess
import sys
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

PEERS = Path(__file__).resolve().parent.parent
ROOT = PEERS.parent.parent
WORK = PEERS / ".work"

SIMPY = "simpy==4.1.2"
CIMBA = "cimba==0.9.6"

# Both Rust kernels are optimised alike; nexosim/Cargo.toml says the same. It makes either of them faster.
OPTIMISED = {"LTO": "fat", "CODEGEN_UNITS": "1"}


class Missing(Exception):
    """Something that a kernel needs is not there: what, and how to mend it."""


class Failed(Exception):
    """A program of a kernel ended badly or said something else than results."""


@dataclass(frozen=True)
class Program:
    """A command that runs one model on one kernel; `{size}` and `{seed}` stand for those of the run.

    jqlab's program knows its sizes itself, and has results of two kernels: its own, and the same model by hand.
    """

    kernel: str
    form: str
    model: str
    command: tuple

    @property
    def label(self):
        """Return the names that tell this program from the others."""
        return " ".join(filter(None, (self.kernel, self.form, self.model)))

    def run(self, size, seed):
        """Run the model once; return the results that the program printed, a dictionary each."""
        arguments = [part.format(size=size, seed=seed) for part in self.command]
        output = _output(arguments, self.label)
        try:
            results = [json.loads(line) for line in output.splitlines() if line.startswith("{")]
        except json.JSONDecodeError as error:
            raise Failed(f"{self.label}: printed a line that is not JSON: {error}") from error
        if not results:
            raise Failed(f"{self.label}: printed no result")
        for result in results:
            absent = {"kernel", "form", "model", "events", "cpu_s", "statistic"} - set(result)
            if absent:
                raise Failed(f"{self.label}: printed a result without {', '.join(sorted(absent))}")
        return results


def prepare_jqlab(models, quick):
    """Build jqlab's own bench, which runs the models on its kernel and as hand-written loops (the floor)."""
    messages = _cargo("bench", "--quiet", "--locked", "--bench", "kernel", "--no-run", "--message-format", "json",
                      "--target-dir", str(WORK / "jqlab"))
    built = [json.loads(line) for line in messages.splitlines()]
    program = next((message["executable"] for message in built
                    if message.get("target", {}).get("name") == "kernel" and message.get("executable")), None)
    if program is None:
        raise Missing("cargo built no program for the bench 'kernel'")
    size = ("--quick",) if quick else ()
    return [Program("jqlab", "", model, (program, "--bench", "--json", "--model", model, *size, "--rounds", "1",
                                         "--seed", "{seed}"))
            for model in models]


def prepare_cimba(models, _quick):
    """Fetch the wheel with the C library, and compile the models against it."""
    compiler = next((found for name in (os.environ.get("CC"), "cc", "gcc", "clang")
                     if name and (found := shutil.which(name))), None)
    if compiler is None:
        raise Missing("no C compiler found (looked for $CC, cc, gcc, clang): install one, such as Debian's gcc")
    library = WORK / "cimba" / CIMBA / "cimba" / "libcimba_py.so"
    if not library.exists():
        wheels = WORK / "cimba" / "wheels"
        # The library is C and runs without Python: take the wheel whatever the version of this Python.
        _pip("download", "--quiet", "--no-deps", "--only-binary", ":all:", "--python-version", "3.11",
             "--dest", str(wheels), CIMBA)
        with zipfile.ZipFile(next(wheels.glob("cimba-*.whl"))) as wheel:
            wheel.extractall(WORK / "cimba" / CIMBA)
    if not library.exists():
        raise Missing(f"the wheel {CIMBA} has no {library.name} for this platform")
    program = WORK / "cimba" / "models"
    _build([compiler, "-std=c11", "-O3", "-Wall", "-Wextra", "-D_POSIX_C_SOURCE=200809L", "-o", str(program),
            *map(str, sorted((PEERS / "cimba").glob("*.c"))), str(library), f"-Wl,-rpath,{library.parent}"],
           "the C compiler refused the models for Cimba")
    return [Program("cimba", form, model, (str(program), model, form, "{size}", "{seed}"))
            for model in models for form in ("events", "processes")]


def prepare_nexosim(models, _quick):
    """Build the crate of models, optimised."""
    target = WORK / "nexosim"
    manifest = PEERS / "nexosim" / "Cargo.toml"
    _cargo("build", "--release", "--quiet", "--locked", "--manifest-path", str(manifest), "--target-dir", str(target))
    program = str(target / "release" / "peers-nexosim")
    forms = {"W1": ("station", "servers"), "W2": ("ports",), "W3": ("scheduler", "ports")}
    return [Program("nexosim", form, model, (program, model, form, "{size}", "{seed}"))
            for model in models for form in forms[model]]


def prepare_simpy(models, _quick):
    """Install SimPy in the virtual environment."""
    _pip("install", "--quiet", SIMPY)
    main = str(PEERS / "simpy" / "main.py")
    return [Program("simpy", form, model, (str(_python()), "-B", main, model, form, "{size}", "{seed}"))
            for model in models for form in ("processes", "callbacks")]


def _python():
    """Return the Python of the virtual environment, which is made if it is not there."""
    python = WORK / "venv" / "bin" / "python"
    if not python.exists():
        try:
            venv.create(WORK / "venv", with_pip=True, clear=True)
        except (OSError, subprocess.CalledProcessError) as error:
            raise Missing("cannot make a virtual environment: install Python's venv and ensurepip, such as Debian's "
                          f"python3-venv ({error})") from error
    return python


def _pip(*arguments):
    command = [str(_python()), "-m", "pip", "--disable-pip-version-check", *arguments]
    _build(command, f"pip cannot get {arguments[-1]}: is there a network?")


def _cargo(*arguments):
    """Build with cargo; return its standard output."""
    settings = {f"CARGO_PROFILE_{profile}_{name}": value
                for profile in ("BENCH", "RELEASE") for name, value in OPTIMISED.items()}
    cargo = os.environ.get("CARGO") or shutil.which("cargo")
    if cargo is None:
        raise Missing("cargo is not there: install Rust")
    return _build([cargo, *arguments], "cargo cannot build: is there a network, and is Rust at least 1.88?", settings)


def _build(command, refusal, settings=None):
    """Run a command that prepares something, with more settings in its environment; return its standard output."""
    environment = {**os.environ, **(settings or {})}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        said = (done.stderr or done.stdout).strip().splitlines()[-15:]
        raise Missing("\n  ".join([refusal, *said]))
    return done.stdout


def _output(command, label):
    """Run a program that measures; return its standard output."""
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError as error:
        raise Failed(f"{label}: cannot be started: {error}") from error
    if done.returncode != 0:
        said = done.stderr.strip().splitlines()[-8:]
        raise Failed("\n  ".join([f"{label}: ended with code {done.returncode}", *said]))
    return done.stdout


PREPARATIONS = {
    "jqlab": prepare_jqlab,
    "cimba": prepare_cimba,
    "nexosim": prepare_nexosim,
    "simpy": prepare_simpy,
}


def prepare(kernels, models, quick):
    """Prepare these kernels; return the programs that run these models on them, at a tenth of the size if quick."""
    WORK.mkdir(exist_ok=True)
    programs = []
    for kernel in kernels:
        print(f"preparing {kernel}", file=sys.stderr, flush=True)
        try:
            programs.extend(PREPARATIONS[kernel](models, quick))
        except Missing as missing:
            raise Missing(f"{kernel}: {missing}\n  To go on without it: --skip {kernel}") from missing
    return programs
