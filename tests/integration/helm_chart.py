#!/usr/bin/env python3
"""charts/pawl installs what the kustomize bases of operator/deploy install, follows its values, and can be taken away again.

Helm's own labels are the only difference; and, because Helm needs it so,
- the release's namespace is made by `helm install --create-namespace`, no object of the chart;
- CRDs are taken from crds/ as they are, without the labels that the base adds to them;
- the gate's namespace has an annotation by which it stays when the release goes: held-out cases are in it.
Kustomize writes a namespace into admission policies, which have none; kubectl overlooks it.
"""
import contextlib
import json
import os
import pathlib
import subprocess
import sys
import tempfile

import yaml

from cluster import ROOT, Story, apply, kubectl, must

CHART = ROOT / "charts" / "pawl"
FOLDERS = ("operator/deploy", "operator/deploy/scorer", "operator/deploy/gate")
EVERYTHING = ("--set", "scorer.enabled=true,gate.enabled=true")
HELMS_LABELS = ("app.kubernetes.io/managed-by", "app.kubernetes.io/instance", "helm.sh/chart")
KEPT = {"helm.sh/resource-policy": "keep"}


class Helm:
    def __init__(self):
        self.program = subprocess.run([ROOT / "hack/local/tools", "path", "helm"], check=True, text=True, stdout=subprocess.PIPE).stdout.strip()

    def says(self, *arguments):
        """Whether it succeeded, what it printed, and its complaints, of which the chart's links are none."""
        done = subprocess.run([self.program, *arguments], text=True, capture_output=True, timeout=120, check=False)
        return done.returncode == 0, done.stdout, "\n".join(line for line in done.stderr.splitlines() if "found symbolic link" not in line)

    def must(self, *arguments):
        done, printed, complaints = self.says(*arguments)
        assert done, f"helm {' '.join(map(str, arguments))}: {complaints.strip()} {printed.strip()}"
        return printed

    def template(self, namespace, *arguments, chart=CHART):
        """What the chart renders, CRDs included."""
        return documents(self.must("template", "pawl", str(chart), "--namespace", namespace, "--include-crds", *arguments))


def documents(text):
    return [each for each in yaml.safe_load_all(text) if each]


def by_name(documents):
    objects = {}
    for each in documents:
        key = (each["apiVersion"], each["kind"], each["metadata"].get("namespace", ""), each["metadata"]["name"])
        assert key not in objects, f"{key} is there twice"
        objects[key] = each
    return objects


def of_kustomize():
    """What the folders install; without the release's namespace, and CRDs as they are in crds/."""
    every = [each for folder in FOLDERS for each in documents(must("kustomize", str(ROOT / folder)))]
    for each in every:
        if each["kind"].startswith("ValidatingAdmissionPolicy"):
            del each["metadata"]["namespace"]
    objects = by_name(every)
    del objects["v1", "Namespace", "", "pawl-system"]
    return objects | by_name(documents(must("kustomize", str(ROOT / "crds"))))


def of_helm(rendered):
    """What the chart renders, without what is Helm's own, of which each object has all."""
    objects = by_name(rendered)
    for key, each in objects.items():
        if each["kind"] == "CustomResourceDefinition":
            continue
        for label in HELMS_LABELS:
            assert label in each["metadata"].get("labels", {}), f"{key} has no label {label}"
            del each["metadata"]["labels"][label]
        if each["kind"] == "Namespace":
            assert each["metadata"].pop("annotations", None) == KEPT, f"{key} would go with the release, and held-out cases with it"
    return objects


def agrees_with_kustomize(helm):
    ours, theirs = of_helm(helm.template("pawl-system", *EVERYTHING)), of_kustomize()
    assert set(ours) == set(theirs), f"only the chart has {sorted(set(ours) - set(theirs))}, only kustomize {sorted(set(theirs) - set(ours))}"
    for key, each in theirs.items():
        assert ours[key] == each, f"{key}: the chart has {json.dumps(ours[key], sort_keys=True)}, kustomize {json.dumps(each, sort_keys=True)}"


def parts_are_left_out(helm):
    kinds = [key[3] for key in by_name(helm.template("pawl-system")) if key[1] == "Deployment"]
    assert kinds == ["pawl-operator"], f"without the scorer and the gate there are the Deployments {kinds}"


def follows_its_namespaces(helm):
    objects = by_name(helm.template("elsewhere", *EVERYTHING, "--set", "gate.namespace=apart"))
    left = [key for key, each in objects.items() if "pawl-system" in json.dumps(each)]
    assert not left, f"pawl-system is still named in {left}"
    where = {key[2] for key in objects}
    assert where == {"", "elsewhere", "apart"}, f"the objects are in the namespaces {where}"
    lists = objects["v1", "ConfigMap", "elsewhere", "pawl-identities"]["data"]
    assert lists["gates"] == "system:serviceaccount:apart:pawl-gate\n", lists
    assert lists["scorers"] == "system:serviceaccount:elsewhere:pawl-scorer\n", lists
    for key, each in objects.items():
        named = {subject["namespace"] for subject in each.get("subjects", [])}
        assert named <= {"apart" if key[3].startswith("pawl-gate") else "elsewhere"}, f"{key} binds accounts of {named}"
        if each["kind"] == "ValidatingAdmissionPolicyBinding":
            assert each["spec"]["paramRef"]["namespace"] == "elsewhere", f"{key} reads its list in {each['spec']['paramRef']}"
    gate = objects["apps/v1", "Deployment", "apart", "pawl-gate"]["spec"]["template"]["spec"]["containers"][0]
    assert "--own-namespace=apart" in gate["args"], gate["args"]


def namespaces_may_be_swapped(helm):
    lists = by_name(helm.template("pawl-gate", *EVERYTHING, "--set", "gate.namespace=pawl-system"))["v1", "ConfigMap", "pawl-gate", "pawl-identities"]["data"]
    assert lists["gates"] == "system:serviceaccount:pawl-system:pawl-gate\n", lists
    assert lists["scorers"] == "system:serviceaccount:pawl-gate:pawl-scorer\n", lists


VALUES = {
    "image": "registry.example/pawl@sha256:0123", "imagePullSecrets": ["pull"], "proposers": ["system:serviceaccounts:agents", "ada"],
    "operator": {"replicas": 3, "extraArgs": ["--one"], "resources": {"limits": {"memory": "1Gi"}}, "nodeSelector": {"disk": "fast"}, "tolerations": [{"operator": "Exists"}]},
    "scorer": {"enabled": True, "gateKeySecret": "mark", "extraArgs": ["--two"]},
    "gate": {"enabled": True, "extraArgs": ["--three"]},
}


def values_are_used(helm):
    objects = by_name(helm.template("pawl-system", "--values", values_file(VALUES)))
    pods = {key[3]: each["spec"]["template"]["spec"] for key, each in objects.items() if key[1] == "Deployment"}
    for name, last in (("pawl-operator", "--one"), ("pawl-scorer", "--gate-key=/var/run/pawl-gate/key"), ("pawl-gate", "--three")):
        container = pods[name]["containers"][0]
        assert container["image"] == VALUES["image"] and pods[name].get("imagePullSecrets") == [{"name": "pull"}], pods[name]
        assert container.get("args", [None])[-1] == last, container
    operator, scorer = pods["pawl-operator"], pods["pawl-scorer"]
    assert objects["apps/v1", "Deployment", "pawl-system", "pawl-operator"]["spec"]["replicas"] == 3
    assert operator["containers"][0]["resources"] == VALUES["operator"]["resources"], operator
    assert operator.get("nodeSelector") == {"disk": "fast"} and operator.get("tolerations") == [{"operator": "Exists"}], operator
    assert scorer["containers"][0]["args"][-2] == "--two", scorer
    assert {"name": "gate-key", "secret": {"secretName": "mark"}} in scorer["volumes"], scorer["volumes"]
    assert any(each["name"] == "gate-key" for each in scorer["containers"][0]["volumeMounts"]), scorer
    lists = objects["v1", "ConfigMap", "pawl-system", "pawl-identities"]["data"]
    assert lists["proposers"] == "system:serviceaccounts:agents\nada\n", lists


def values_file(values):
    path = SCRATCH / "values.yaml"
    path.write_text(json.dumps(values))
    return str(path)


def readme_tells():
    said = f"helm install pawl charts/pawl -n pawl-system --create-namespace {' '.join(EVERYTHING)}\n"
    assert said in (ROOT / "README.md").read_text(), f"the README does not say '{said.strip()}'"


def lint_is_content(helm):
    helm.must("lint", "--strict", str(CHART))
    helm.must("lint", "--strict", str(CHART), *EVERYTHING)


def refuses(helm, setting, *words):
    done, _, complaints = helm.says("template", "pawl", str(CHART), "--set", setting)
    assert not done, f"{setting} was taken"
    for word in words:
        assert word in complaints, f"the refusal of {setting} does not say '{word}': {complaints.strip()}"


def package_is_whole(helm):
    """The chart's links are followed: a package renders the same far from this tree."""
    helm.must("package", str(CHART), "--destination", str(SCRATCH))
    package, = SCRATCH.glob("pawl-*.tgz")
    assert helm.template("pawl-system", *EVERYTHING, chart=package) == helm.template("pawl-system", *EVERYTHING), "the package renders something else"


def present(names):
    """Those of the objects that the API server has."""
    found = []
    for key in names:
        _, kind, namespace, name = key
        if must("get", kind, name, *(["--namespace", namespace] if namespace else []), "--ignore-not-found", "--output=name"):
            found.append(key)
    return found


def installs_and_goes(helm, own, gates):
    # Nobody has the image and its programs: the pods wait, which is no matter here.
    values = values_file(VALUES | {"gate": {"enabled": True, "namespace": gates}})
    install = ("install", "pawl", str(CHART), "--namespace", own, "--create-namespace", "--values", values)
    names = list(by_name(helm.template(own, "--values", values)))
    kept = [key for key in names if key[1] in ("CustomResourceDefinition", "Namespace")]
    helm.must(*install)
    missing = set(names) - set(present(names))
    assert not missing, f"not installed: {sorted(missing)}"
    apply({"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "held-out", "namespace": gates}})
    helm.must("upgrade", "pawl", str(CHART), "--namespace", own, "--values", values, "--set", "operator.replicas=2")
    uninstall(helm, own)
    left = present(names)
    assert sorted(left) == sorted(kept), f"of the release are left: {left}"
    must("get", "secret", "held-out", "--namespace", gates)
    helm.must(*install)  # again, over the namespace that stayed


def uninstall(helm, namespace):
    helm.must("uninstall", "pawl", "--namespace", namespace, "--wait", "--ignore-not-found")


@contextlib.contextmanager
def release(helm):
    """Two namespaces for one release, neither there yet; both go, and so does whatever the release brought."""
    own, gates = (f"helm-{part}-{os.getpid()}" for part in ("release", "gate"))
    try:
        yield own, gates
    finally:
        uninstall(helm, own)
        kubectl("delete", "namespace", own, gates, "--ignore-not-found", "--wait=false")


def main():
    story, helm = Story(), Helm()
    check = lambda sentence, action, *arguments: story.step(sentence, lambda: action(helm, *arguments))
    check("helm lint --strict finds nothing", lint_is_content)
    story.step("the README says how to install it", readme_tells)
    check("the chart renders what kustomize prints, object by object", agrees_with_kustomize)
    check("the scorer and the gate are left out unless they are wanted", parts_are_left_out)
    check("in other namespaces nothing names the default ones", follows_its_namespaces)
    check("even in each other's", namespaces_may_be_swapped)
    check("every value is used", values_are_used)
    for setting, wrong in (("imgae=x", "imgae"), ("operator.replica=1", "replica"), ("scorer.enabeld=true", "enabeld"),
                           ("gate.nodeSelectors.disk=fast", "nodeSelectors"), ("gate.resources.limit.cpu=1", "limit")):
        check(f"{setting}: a misspelt value is refused by its name", refuses, setting, f"'{wrong}' not allowed")
    check("a value of the wrong type is refused by its name", refuses, "operator.replicas=two", "/operator/replicas")
    check("the gate has no namespace of its own: refused", refuses, "gate.enabled=true,gate.namespace=default", "gate.namespace")
    check("a package holds all that it renders", package_is_whole)
    with release(helm) as (own, gates):
        check("it installs, installs again over the gate's namespace, and leaves only that and the CRDs", installs_and_goes, own, gates)
    print(f"{story.told} passed, 0 failed")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        SCRATCH = pathlib.Path(scratch)
        sys.exit(main())
