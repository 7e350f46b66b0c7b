"""Loads every job file of a queue directory with the Python module ganeti.jqueue.

Usage: load_jobs.py QUEUE_DIRECTORY < STATUSES

STATUSES has a line `id status opcodes` for each job, as jqlab reads it. A job passes if Ganeti restores it from
its file, accepts every parameter of every opcode, and sees the same id, status and number of opcodes. The first
job that does not is named, and the exit code is 1.
"""

import importlib
import os
import re
import sys
import types


class Anything(type):
  """Makes classes that have every attribute and can be a base class of others."""

  def __getattr__(cls, name):
    if name.startswith("__"):
      raise AttributeError(name)
    return Anything(name, (), {})

  def __call__(cls, *_args, **_kwargs):
    return type.__call__(cls)


def stand_in(name):
  """Puts an empty module in the place of one that cannot be imported, with all that were imported with it."""
  for loaded in [m for m in sys.modules if m == name or m.startswith(name + ".")]:
    del sys.modules[loaded]
  module = types.ModuleType(name)
  module.__getattr__ = lambda attribute: getattr(Anything(name, (), {}), attribute)
  sys.modules[name] = module


# Network, certificates and process tables: imported along, never used to load a job. Some are compiled for one
# version of Python, or need packages that are not to be installed for this check.
for side_module in ("asyncore", "asynchat", "OpenSSL", "pycurl", "bitarray", "paramiko"):
  try:
    importlib.import_module(side_module)
  except Exception:  # a module compiled for another Python can fail in any way
    stand_in(side_module)
try:
  import psutil  # noqa: F401
except Exception:
  sys.modules["psutil"] = None  # Ganeti does without, if importing it fails in the plain way

from ganeti import jqueue, serializer  # noqa: E402


def job_files(directory):
  """Yields (path, id, whether archived) of every job file, the queue's first."""
  folders = [(directory, False)]
  archive = os.path.join(directory, "archive")
  if os.path.isdir(archive):
    folders += [(os.path.join(archive, name), True) for name in sorted(os.listdir(archive))]
  for folder, archived in folders:
    for name in sorted(os.listdir(folder)):
      match = re.fullmatch(r"job-(\d+)", name)
      if match:
        yield os.path.join(folder, name), int(match.group(1)), archived


def check(path, job_id, archived, expected):
  """Raises an error that says what Ganeti does not like about a job file."""
  with open(path, "rb") as job_file:
    state = serializer.LoadJson(job_file.read())
  job = jqueue._QueuedJob.Restore(None, state, False, archived)
  for op in job.ops:
    op.input.Validate(False)
  seen = (job.CalcStatus(), len(job.ops))
  if job.id != job_id:
    raise ValueError("its name says job %s, its content job %s" % (job_id, job.id))
  if seen != expected:
    raise ValueError("(status, opcodes): Ganeti sees %s, jqlab %s" % (seen, expected))


def main(directory):
  expected = {}
  for line in sys.stdin:
    job_id, status, opcodes = line.split()
    expected[int(job_id)] = (status, int(opcodes))
  count = 0
  for path, job_id, archived in job_files(directory):
    try:
      check(path, job_id, archived, expected.pop(job_id))
    except KeyError as err:
      sys.exit("%s: not seen by jqlab, or a field is missing: %s" % (path, err))
    except Exception as err:  # whatever Ganeti raises
      sys.exit("%s: %s: %s" % (path, type(err).__name__, err))
    count += 1
  if expected:
    sys.exit("%s: jqlab sees jobs that have no file: %s" % (directory, sorted(expected)))
  print("%d job files load, all valid" % count)


if __name__ == "__main__":
  if len(sys.argv) != 2:
    sys.exit(__doc__)
  main(sys.argv[1])
