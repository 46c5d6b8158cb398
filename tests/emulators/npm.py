"""npm's packages for tests: in the build folder, and fetched once."""
import os
import shutil
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
from tap_tests import Skip

SECONDS = 600


def install(*packages):
    """Installs packages, each NAME@VERSION, into a folder of $NPM_FOLDER that is named after the
    first; returns that folder's node_modules. Nothing that comes with them is run."""
    if not shutil.which("npm") or not shutil.which("node"):
        raise Skip("npm or node is not installed")
    folder = os.path.join(os.environ["NPM_FOLDER"], packages[0].strip("@").replace("/", "-"))
    stamp, wanted = os.path.join(folder, "installed"), " ".join(packages)
    if not os.path.exists(stamp) or read(stamp) != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        os.makedirs(folder)
        fetch(folder, packages)
        with open(stamp, "w", encoding="utf-8") as file:
            file.write(wanted)
    return os.path.join(folder, "node_modules")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


def fetch(folder, packages):
    command = ["npm", "install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund",
               "--no-package-lock", *packages]
    try:
        done = subprocess.run(command, cwd=folder, text=True, timeout=SECONDS,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except subprocess.TimeoutExpired:
        raise Skip(f"npm did not fetch {packages[0]} in {SECONDS} s")
    if done.returncode and ("ENOTFOUND" in done.stdout or "EAI_AGAIN" in done.stdout
                            or "ECONNREFUSED" in done.stdout or "ETIMEDOUT" in done.stdout):
        raise Skip("npm reaches no registry")
    assert done.returncode == 0, done.stdout
