"""Packages from npm for tests: installed into the build folder by name and exact version, once."""
import fcntl
import functools
import os
import shutil
import subprocess

from tap_tests import Skip

# Where FOLDER/NAME@VERSION/node_modules come to be.
FOLDER = os.environ["NPM_FOLDER"]
# How npm calls it if nothing answers, or if it is told not to ask. All else is a fault.
UNREACHABLE = ("EAI_AGAIN", "ECONNREFUSED", "ECONNRESET", "EHOSTUNREACH", "ENETUNREACH",
               "ENOTCACHED", "ENOTFOUND", "ERR_SOCKET_TIMEOUT", "ETIMEDOUT")


def install(*packages):
    """Returns the folder node_modules that has these in it, each NAME@VERSION, or skips the test.
    None of their install scripts is run."""
    if not shutil.which("npm") or not shutil.which("node"):
        raise Skip("no npm or no node")
    modules = _install(*packages)
    if not modules:
        raise Skip("npm reaches nothing")
    return modules


@functools.cache
def _install(*packages):
    """The same; None if nothing can be reached."""
    folder = os.path.join(FOLDER, "+".join(packages).replace("/", "-"))
    modules, partial = os.path.join(folder, "node_modules"), folder + ".partial"
    os.makedirs(FOLDER, exist_ok=True)
    with open(os.path.join(FOLDER, "lock"), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if os.path.exists(modules):
            return modules
        shutil.rmtree(partial, ignore_errors=True)
        os.makedirs(partial)
        done = subprocess.run(
            ["npm", "install", "--prefix", partial, "--no-audit", "--no-fund", "--ignore-scripts",
             *packages], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, text=True)
        if done.returncode and any(code in done.stdout for code in UNREACHABLE):
            return None
        assert done.returncode == 0, done.stdout
        os.rename(partial, folder)
    return modules
