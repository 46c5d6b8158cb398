"""How quothd starts as a Lambda function: where it finds the Runtime API and its model, and what it
says if it finds none. Needs QUOTHD and QUOTH, the programs."""
import contextlib
import json
import os
import shutil
import sys
import tempfile
import time

sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
from function import MODEL, SEA, label, running
from runtime_api import RuntimeApi
from server import QUOTHD
from tap_tests import Skip, run, test


# ---- The Runtime API ---------------------------------------------------------

@test
def addresses():
    """the Runtime API is found with a path, as localhost, behind http://, at an IPv6 address"""
    for prefix in ["", "/8476a536-e9f4", "/a/b"]:
        with RuntimeApi(prefix=prefix) as api:
            for address in [api.address, f"http://{api.address}",
                            f"localhost:{api.port}{prefix}", api.address + "/"]:
                with running(api, address=address, http_proxy="http://127.0.0.1:1"):
                    assert label(api.invoke(SEA)) == "sea"
    try:
        api = RuntimeApi(host="::1")
    except OSError:
        raise Skip("no IPv6 here") from None
    with api:
        for address in [api.address, f"localhost:{api.port}"]:
            with running(api, address=address):
                assert label(api.invoke(SEA)) == "sea"


@test
def late_runtime_api():
    """a Runtime API that is not there yet is waited for, though not for long"""
    with RuntimeApi(listens=False) as api, running(api) as function:
        time.sleep(0.1)  # for an attempt or two to fail; if they come later, nothing is lost
        api.listen()
        assert label(api.invoke(SEA)) == "sea"
    with RuntimeApi(listens=False) as api, running(api, ends=True) as function:
        assert function.wait() == 1
        assert "cannot connect" in function.lines()[1]


@test
def wrong_usage():
    """options are wrong usage; an address that is none is told"""
    with RuntimeApi() as api:
        for arguments in [["--listen", "127.0.0.1:0"], [MODEL, MODEL]]:
            with running(api, *arguments) as function:
                assert function.wait() == 2
                function.process.poll = lambda: None
        assert not api.requests
    for address in ["example.org:9001", "9001", "127.0.0.1", "https://127.0.0.1:9001"]:
        with running(None, address=address, ends=True) as function:
            assert function.wait() == 1
            assert f'AWS_LAMBDA_RUNTIME_API is "{address}"' in function.lines()[0]


# ---- The model ---------------------------------------------------------------

@contextlib.contextmanager
def folders(**models):
    """Makes folders with models of these names: {folder: [names]}; yields {folder: path}. `task`
    also has the executable."""
    with tempfile.TemporaryDirectory() as parent:
        found = {}
        for folder, names in models.items():
            found[folder] = os.path.join(parent, folder)
            os.mkdir(found[folder])
            for name in names:
                shutil.copy(MODEL, os.path.join(found[folder], name))
        shutil.copy(QUOTHD, os.path.join(found["task"], "bootstrap"))
        yield found


def served(paths, **env):
    """The path of the model that the executable in `task` serves from the folder `cwd`."""
    with RuntimeApi() as api, running(api, program=os.path.join(paths["task"], "bootstrap"),
                                      model=None, cwd=paths["cwd"], **env) as function:
        api.wait_until_idle()
        return function.lines()[0].rpartition(" from ")[2]


@test
def search():
    """the model is QUOTH_MODEL, or beside the executable, in LAMBDA_TASK_ROOT, or in the cwd"""
    cases = [  # models beside the executable, in the task root, in the working directory; found
        (["a.quoth"], ["b.quoth"], ["c.quoth"], "task/a.quoth"),
        ([], ["b.quoth"], ["c.quoth"], "root/b.quoth"), ([], [], ["c.quoth"], "cwd/c.quoth"),
        (["a.quoth", "model.quoth", "z.quoth"], [], [], "task/model.quoth"),
        (["._model.quoth", "two words.quoth", "quoth", "x.quoth.bak"], [], [],
         "task/two words.quoth")]
    for task, root, cwd, found in cases:
        with folders(task=task, root=root, cwd=cwd) as paths:
            path = served(paths, LAMBDA_TASK_ROOT=paths["root"])
            assert path.endswith("/" + found), (path, found)
            given = served(paths, LAMBDA_TASK_ROOT=paths["root"], QUOTH_MODEL=MODEL)
            assert given == MODEL
    with folders(task=[], cwd=["c.quoth"]) as paths:
        assert served(paths).endswith("/cwd/c.quoth")
        assert served(paths, LAMBDA_TASK_ROOT="/nowhere").endswith("/cwd/c.quoth")
        assert served(paths, QUOTH_MODEL="c.quoth") == "c.quoth"


@test
def names():
    """the model is called as its file is, or as NAME= says; an operand goes before all"""
    with RuntimeApi() as api:
        for arguments, model, name in [([], MODEL, "places"), ([], f"best={MODEL}", "best"),
                                       ([f"mine={MODEL}"], "/nowhere", "mine"),
                                       ([MODEL], None, "places")]:
            with running(api, *arguments, model=model):
                assert json.loads(api.invoke(SEA).body)["model"]["name"] == name


def init_error(api, function):
    """The error that a function reports before it ends with 1. It has asked for no event."""
    assert function.wait() == 1
    assert [r.path for r in api.requests] == ["/2018-06-01/runtime/init/error"]
    assert api.init_error["errorType"] == "Runtime.ModelLoadFailed"
    log = function.lines()
    assert len(log) == 1 and " FATAL " in log[0], log
    assert api.init_error["errorMessage"] in log[0], (api.init_error, log)
    return api.init_error["errorMessage"]


@test
def bad_models():
    """a model that cannot be opened is an init error that names the file"""
    with open(MODEL, "rb") as file:
        whole = file.read()
    altered = bytearray(whole)
    altered[-100] ^= 1
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "bad.quoth")
        for content in [None, b"", b"not a model", whole[:100], whole[:5000], whole[:-1],
                        bytes(altered)]:
            if content is not None:
                with open(path, "wb") as file:
                    file.write(content)
            with RuntimeApi() as api, running(api, model=path, ends=True) as function:
                message = init_error(api, function)
                assert message.startswith(f"{path}: ") and len(message) > len(path) + 15, message
    latin = os.fsencode(folder) + b"/\xe9.quoth"
    with RuntimeApi() as api, running(api, model=latin, ends=True) as function:
        assert "?.quoth" in init_error(api, function)


@test
def no_model_or_many():
    """where there is no model, or more than one, the init error says where and which"""
    with folders(task=[], root=["quoth"], cwd=[]) as paths, RuntimeApi() as api, \
            running(api, program=os.path.join(paths["task"], "bootstrap"), model=None,
                    cwd=paths["cwd"], LAMBDA_TASK_ROOT=paths["root"], ends=True) as function:
        message = init_error(api, function)
        assert all(path in message for path in [*paths.values(), "QUOTH_MODEL", "model.quoth"])
    with folders(task=["b.quoth", "a.quoth"], cwd=[]) as paths, RuntimeApi() as api, \
            running(api, program=os.path.join(paths["task"], "bootstrap"), model=None,
                    cwd=paths["cwd"], ends=True) as function:
        message = init_error(api, function)
        assert paths["task"] in message and "a.quoth, b.quoth" in message, message


@test
def failed_start_without_anybody():
    """an init error that nobody takes is in the log all the same"""
    with RuntimeApi(listens=False) as api, \
            running(api, model="/nowhere", ends=True) as function:
        assert function.wait() == 1
        log = function.lines()
        assert "/nowhere" in log[0] and "cannot connect" in log[1], log


# ---- SnapStart ---------------------------------------------------------------

@test
def snap_start():
    """with SnapStart, the restore is waited for before the first event, on a connection of its own"""
    how = {"AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"}
    with RuntimeApi(is_restoring=True) as api, running(api, **how):
        invocation = api.start(SEA)
        api.wait_for(lambda: api.requests)
        assert not invocation.arrived.wait(0.1)
        api.restore()
        assert label(invocation.wait()) == "sea"
        api.wait_until_idle()
        assert [r.path.rpartition("/runtime/")[2] for r in api.requests[:2]] == [
            "restore/next", "invocation/next"]
        assert api.n_connections == 2
    for other in ["on-demand", "provisioned-concurrency", ""]:
        with RuntimeApi() as api, running(api, AWS_LAMBDA_INITIALIZATION_TYPE=other):
            assert label(api.invoke(SEA)) == "sea"
            assert api.n_connections == 1
    with RuntimeApi(restore_status=500) as api, running(api, ends=True, **how) as function:
        assert function.wait() == 1
        assert len(api.requests) == 1 and "status 500" in function.lines()[1]


run()
