#!/usr/bin/env python3
"""The deployment files of quoth package, as the tools read them that they are for.

The CDK's own library synthesises app.js, which needs no account; hcl2json parses main.tf as Terraform
does, and dockerfilelint reads the Dockerfile. What all of them must say is written here once."""
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
sys.path.insert(0, os.path.join(ROOT, "tests"))
import npm
from tap_tests import run, test

CDK = ("aws-cdk-lib@2.276.0", "constructs@10.8.1")
HCL = ("@cdktf/hcl2json@0.21.0",)
LINT = ("dockerfilelint@1.8.0",)

MACHINES = {"x86_64": 62, "arm64": 183}
FUNCTION = {"Runtime": "provided.al2023", "Handler": "bootstrap", "MemorySize": 128, "Timeout": 10,
            "LoggingConfig": {"LogFormat": "JSON"}}
ACCOUNT = {"Ref": "AWS::AccountId"}


def quoth(*arguments, folder):
    subprocess.run([os.environ["QUOTH"], *arguments], cwd=folder, check=True,
                   stdout=subprocess.DEVNULL)


def train(folder):
    quoth("train", os.path.join(ROOT, "examples", "tickets.csv"), "-o", "model.quoth", "--recipe", "topics-forest",
          "--set", "lda.n_components=4", "--set", "lda.max_iter=1", folder=folder)


def package(folder, tool, arch="x86_64"):
    """Makes a package with the template, of a runtime that only looks like one."""
    elf = os.path.join(ROOT, "tests", "cli", "elf.py")
    with open(os.path.join(folder, "runtime"), "wb") as file:
        subprocess.run([sys.executable, elf, "--machine", str(MACHINES[arch])], check=True,
                       stdout=file)
    quoth("package", "model.quoth", "-o", "function.zip", "--arch", arch, "--runtime", "runtime",
          "--template", tool, "--force", folder=folder)


def each_arch(tool, check):
    with tempfile.TemporaryDirectory() as folder:
        train(folder)
        for arch in MACHINES:
            package(folder, tool, arch)
            check(folder, arch)


def node(modules, program, folder, **environment):
    """Runs a program of JavaScript; returns its standard output."""
    link = os.path.join(folder, "node_modules")
    if not os.path.exists(link):
        os.symlink(modules, link)
    done = subprocess.run(["node", *program], cwd=folder, text=True, timeout=300,
                          env=dict(os.environ, **environment),
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


def of_type(resources, kind):
    return [resource["Properties"] for resource in resources.values() if resource["Type"] == kind]


def check_permissions(permissions, principal, auth_type):
    """Both that a request through a function URL needs, and no other."""
    by_action = {one["Action"]: one for one in permissions}
    assert len(permissions) == 2, permissions
    url, invoke = by_action["lambda:InvokeFunctionUrl"], by_action["lambda:InvokeFunction"]
    assert url["FunctionUrlAuthType"] == auth_type and "InvokedViaFunctionUrl" not in url, url
    assert invoke["InvokedViaFunctionUrl"] is True and "FunctionUrlAuthType" not in invoke, invoke
    assert url["Principal"] == invoke["Principal"] == principal, permissions


# ---- The CDK ---------------------------------------------------------------------


def synthesise(folder, out, context):
    with open(os.path.join(folder, "cdk.json"), encoding="utf-8") as file:
        program = json.load(file)["app"].split()
    assert program[0] == "node", program
    node(npm.install(*CDK), program[1:], folder, CDK_OUTDIR=os.path.join(folder, out),
         CDK_CONTEXT_JSON=json.dumps(context))
    with open(os.path.join(folder, out, "Classifier.template.json"), encoding="utf-8") as file:
        return json.load(file)


def check_asset(folder, out):
    """What goes to AWS is the zip, byte for byte."""
    with open(os.path.join(folder, "function.zip"), "rb") as file:
        wanted = hashlib.sha256(file.read()).hexdigest()
    assets = [name for name in os.listdir(os.path.join(folder, out)) if name.endswith(".zip")]
    assert len(assets) == 1, assets
    with open(os.path.join(folder, out, assets[0]), "rb") as file:
        assert hashlib.sha256(file.read()).hexdigest() == wanted


@test
def cdk():
    """the CDK synthesises app.js: the function, its URL, both permissions"""
    def check(folder, arch):
        made = synthesise(folder, "out-" + arch, {})
        function, = of_type(made["Resources"], "AWS::Lambda::Function")
        assert FUNCTION.items() <= function.items(), function
        assert function["Architectures"] == [arch], function
        url, = of_type(made["Resources"], "AWS::Lambda::Url")
        assert url["AuthType"] == "AWS_IAM", url
        check_permissions(of_type(made["Resources"], "AWS::Lambda::Permission"), ACCOUNT,
                          "AWS_IAM")
        assert "Url" in made["Outputs"], made["Outputs"]
        check_asset(folder, "out-" + arch)
    each_arch("cdk", check)


@test
def open_cdk():
    """with -c url=open, the CDK lets everybody ask"""
    with tempfile.TemporaryDirectory() as folder:
        train(folder)
        package(folder, "cdk")
        resources = synthesise(folder, "out", {"url": "open"})["Resources"]
        url, = of_type(resources, "AWS::Lambda::Url")
        assert url["AuthType"] == "NONE", url
        check_permissions(of_type(resources, "AWS::Lambda::Permission"), "*", "NONE")


# ---- Terraform -------------------------------------------------------------------


PARSE = """
const { parse } = require("@cdktf/hcl2json");
const fs = require("fs");
parse("main.tf", fs.readFileSync("main.tf", "utf8")).then((it) => console.log(JSON.stringify(it)));
"""


@test
def terraform():
    """main.tf parses: the function, its URL, both permissions, a role"""
    def check(folder, arch):
        made = json.loads(node(npm.install(*HCL), ["-e", PARSE], folder))
        resources = made["resource"]
        function = resources["aws_lambda_function"]["classifier"][0]
        wanted = {"runtime": "provided.al2023", "handler": "bootstrap", "architectures": [arch],
                  "memory_size": 128, "timeout": 10, "logging_config": [{"log_format": "JSON"}],
                  "filename": "${path.module}/function.zip",
                  "source_code_hash": '${filebase64sha256("${path.module}/function.zip")}'}
        assert wanted.items() <= function.items(), function
        url = resources["aws_lambda_function_url"]["classifier"][0]
        assert url["authorization_type"] == "${var.url_auth_type}", url
        assert made["variable"]["url_auth_type"][0]["default"] == "AWS_IAM"
        by_action = {one[0]["action"]: one[0]
                     for one in resources["aws_lambda_permission"].values()}
        assert by_action["lambda:InvokeFunctionUrl"]["function_url_auth_type"] == \
            "${var.url_auth_type}"
        assert by_action["lambda:InvokeFunction"]["invoked_via_function_url"] is True
        callers = {one["principal"] for one in by_action.values()}
        assert len(by_action) == 2 and callers == {"${local.callers}"}, by_action
        assert "url" in made["output"]
    each_arch("terraform", check)


# ---- SAM -------------------------------------------------------------------------


def load_yaml(path):
    """YAML with CloudFormation's tags in their long form."""
    import yaml

    class Loader(yaml.SafeLoader):
        pass

    def construct(loader, suffix, node):
        if isinstance(node, yaml.SequenceNode):
            value = loader.construct_sequence(node, deep=True)
        else:
            value = loader.construct_scalar(node)
        return {suffix if suffix == "Ref" else "Fn::" + suffix: value}

    Loader.add_multi_constructor("!", construct)
    with open(path, encoding="utf-8") as file:
        return yaml.load(file, Loader)


@test
def sam():
    """template.yaml parses: the function, its URL, both permissions"""
    def check(folder, arch):
        made = load_yaml(os.path.join(folder, "template.yaml"))
        assert made["Transform"] == "AWS::Serverless-2016-10-31"
        function, = of_type(made["Resources"], "AWS::Serverless::Function")
        assert FUNCTION.items() <= function.items(), function
        assert function["Architectures"] == [arch] and function["CodeUri"] == "function.zip"
        url, = of_type(made["Resources"], "AWS::Lambda::Url")
        assert url["AuthType"] == {"Ref": "UrlAuthType"}, url
        parameter = made["Parameters"]["UrlAuthType"]
        assert (parameter["Default"], parameter["AllowedValues"]) == ("AWS_IAM",
                                                                      ["AWS_IAM", "NONE"])
        check_permissions(of_type(made["Resources"], "AWS::Lambda::Permission"),
                          {"Fn::If": ["IsOpen", "*", ACCOUNT]}, {"Ref": "UrlAuthType"})
        assert made["Conditions"]["IsOpen"] == {"Fn::Equals": [{"Ref": "UrlAuthType"}, "NONE"]}
        check_references(made)
    each_arch("sam", check)


def check_references(made):
    """Whatever a template refers to is in it."""
    text = json.dumps(made)
    known = set(made["Resources"]) | set(made["Parameters"])
    for name in re.findall(r'"Ref": "([^"]+)"', text):
        assert name in known or name.startswith("AWS::"), name
    for name in re.findall(r'"Fn::GetAtt": "([^".]+)', text):
        assert name in made["Resources"], name


# ---- Containers ------------------------------------------------------------------


@test
def dockerfile():
    """the Dockerfile has no faults, and the files that it copies and starts are there"""
    def check(folder, arch):
        modules = npm.install(*LINT)
        lint = os.path.join(modules, "dockerfilelint", "bin", "dockerfilelint")
        found = json.loads(node(modules, [lint, "-o", "json", "Dockerfile"], folder))
        assert found["totalIssues"] == 0, found
        with open(os.path.join(folder, "Dockerfile"), encoding="utf-8") as file:
            lines = [line.split(None, 1) for line in file if re.match("[A-Z]", line)]
        made = dict(lines)
        assert made["FROM"].strip() == "scratch"
        assert made["LABEL"].strip() == 'com.amazonaws.lambda.feature.snapstart="Allow"'
        source, target = made["COPY"].split()
        assert target == "/"
        for path in json.loads(made["ENTRYPOINT"]):
            assert os.path.isfile(os.path.join(folder, source, path.lstrip("/"))), path
    each_arch("dockerfile", check)


run()
