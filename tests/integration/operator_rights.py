#!/usr/bin/env python3
"""The operator through a whole rollout with exactly the rights of operator/deploy: it needs no other, and no fewer.

Usage: operator_rights.py PAWL-OPERATOR. On the way it looks at what a person sees: `kubectl get` and `kubectl wait`.
Pods are stand-ins (stand_in_pods.py), so no node is needed; all else is real.
"""
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import urllib.request

import yaml

from cluster import ROOT, Story, apply, kubectl, must, own_namespace
from stand_in_pods import StandInPods

METRICS = "127.0.0.1:19465"
REQUEST = re.compile(r"^pawl_api_requests_total\{(.*)\}", re.MULTILINE)
# Not told by the operator's metrics: informers and the lease have transports of their own. What they read is compared
# with the role in permissions_test.cpp; the lease's verbs are the three steps of LeaseStep.
READERS = {"list", "watch"}
LEASE_VERBS = {"get", "create", "update"}

COLUMNS = {
    "aroll": "NAME PHASE STEP WEIGHT STABLE CANDIDATE WORST READY AGE",
    "arev": "NAME AGENT PARENT PHASE DIGEST AUTHOR READY REASON AGE",
}
WIDE = "MEASURED NEXT MESSAGE"


# --- the objects -------------------------------------------------------------------------------------

def revision(name, content, parent=None):
    spec = {"agent": "bot", "author": {"kind": "Human", "name": "ada"}, "files": [{"path": "prompts/system.md", "content": content}]}
    if parent:
        spec["parent"] = parent
    return {"apiVersion": "pawl.dev/v1alpha1", "kind": "AgentRevision", "metadata": {"name": name}, "spec": spec}


def pod_template(node):
    container = {"name": "agent", "image": "none", "ports": [{"name": "http", "containerPort": 8080}]}
    return {"apiVersion": "v1", "kind": "PodTemplate", "metadata": {"name": "bot"},
            "template": {"spec": {"nodeName": node, "terminationGracePeriodSeconds": 0, "containers": [container]}}}


def rollout(stable_replicas):
    traffic = {"mode": "Managed", "route": {"name": "bot"}, "gateway": {"name": "gateway", "namespace": "pawl-system"},
               "hostnames": ["bot.example.com"], "stableService": "bot-stable", "canaryService": "bot-canary", "port": 8080}
    spec = {"agent": "bot", "traffic": traffic,
            "delivery": {"podTemplate": "bot", "replicas": {"stable": stable_replicas, "canary": 1}},
            "steps": [{"name": "five", "weight": "5%", "soak": "10m"}],
            "evidence": {"prometheus": {"address": "http://10.199.0.1:9090"}}, "drain": "1s", "stableSoak": "1s"}
    return {"apiVersion": "pawl.dev/v1alpha1", "kind": "AgentRollout", "metadata": {"name": "bot"}, "spec": spec}


def documents(name):
    return list(yaml.safe_load_all((ROOT / "operator" / "deploy" / name).read_text()))


def bound_to_user(document, namespace):
    """The same object under a name of its own, and its binding given to the local cluster's user `operator`."""
    name = f"{document['metadata']['name']}-{os.getpid()}"
    document["metadata"] = {"name": name}
    if not document["kind"].startswith("Cluster"):
        document["metadata"]["namespace"] = namespace
    if "roleRef" in document:
        document["roleRef"]["name"] = name
        document["subjects"] = [{"kind": "User", "name": "operator", "apiGroup": "rbac.authorization.k8s.io"}]
    return document


# --- the operator ------------------------------------------------------------------------------------

class Operator:
    def __init__(self, program, namespace, log):
        kubeconfig = pathlib.Path(os.environ["PAWL_CLUSTER_STATE"]) / "kubeconfig-operator"
        self.log = log
        self.process = subprocess.Popen([program, "--kubeconfig", kubeconfig, "--namespace", namespace, "--lease-namespace", namespace,
                                         "--metrics", METRICS, "--log-level", "debug"], stderr=log, stdout=log)

    def said(self):
        self.log.seek(0)
        return self.log.read()

    def used(self):
        """(verb, resource) of every request that was allowed, and the lines of those that were not."""
        with urllib.request.urlopen(f"http://{METRICS}/metrics", timeout=5) as answer:
            text = answer.read().decode()
        calls = [dict(re.findall(r'(\w+)="([^"]*)"', labels)) for labels in REQUEST.findall(text)]
        refused = [call for call in calls if call["code"] in ("401", "403")]
        return {(call["verb"], call["resource"]) for call in calls}, refused

    def ready(self):
        with urllib.request.urlopen(f"http://{METRICS}/readyz", timeout=5) as answer:
            assert answer.status == 200, answer.status

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(timeout=30)


# --- what is checked ---------------------------------------------------------------------------------

def columns_are_as_documented(namespace):
    readme = (ROOT / "README.md").read_text()
    for kind, columns in COLUMNS.items():
        assert must("get", kind, "-n", namespace).splitlines()[0].split() == columns.split(), must("get", kind, "-n", namespace)
        missing = [word for word in columns.split() if word not in ("NAME", "AGE") and word not in readme]
        assert not missing, f"README.md does not explain {missing}"
    wide = must("get", "aroll", "-n", namespace, "-o", "wide").splitlines()[0]
    assert wide.split() == (COLUMNS["aroll"] + " " + WIDE).split(), wide


def row_of(kind, namespace, name):
    """The cells of one object by column, cut where the header's words begin: a cell may be empty."""
    header, *rows = must("get", kind, "-n", namespace).splitlines()
    row = next(r for r in rows if r.split()[0] == name)
    starts = [match.start() for match in re.finditer(r"\S+", header)]
    ends = starts[1:] + [None]
    return {header[a:b].strip(): row[a:b].strip() for a, b in zip(starts, ends)}


def serves_alone(namespace):
    cells = row_of("aroll", namespace, "bot")
    assert (cells["PHASE"], cells["STABLE"], cells["CANDIDATE"], cells["READY"]) == ("Stable", "r1", "", "True"), cells
    cells = row_of("arev", namespace, "r1")
    assert (cells["AGENT"], cells["AUTHOR"], cells["READY"]) == ("bot", "Human", "True"), cells


def wait_for(namespace, condition, name="aroll/bot"):
    must("wait", f"--for={condition}", name, "-n", namespace, "--timeout=40s")


def rules():
    return [rule for name in ("cluster_role.yaml", "lease_role.yaml") for document in documents(name) for rule in document.get("rules", [])]


def no_right_is_idle(used):
    idle = []
    for rule in rules():
        for resource in rule["resources"]:
            if resource == "leases":
                assert set(rule["verbs"]) == LEASE_VERBS, rule
            elif "/" not in resource:
                idle += [f"{verb} {resource}" for verb in rule["verbs"] if verb not in READERS and (verb, resource) not in used]
    assert not idle, f"granted and never used: {', '.join(idle)}; take them out of operator/deploy, or lead this story past them"


def nothing_was_refused(operator):
    _, refused = operator.used()
    assert not refused, refused
    denied = [line for line in operator.said().splitlines() if re.search(r"\b(403|401|Denied|[Ff]orbidden)\b", line)]
    assert not denied, "\n".join(denied)


def tell(story, namespace, operator, pods):
    workload = lambda: must("get", "deployments", "-n", namespace, "-o", "jsonpath={.items[*].metadata.name}").split()

    apply(*[{**o, "metadata": {**o["metadata"], "namespace": namespace}} for o in (pod_template(pods.node), revision("r1", "one"), rollout(1))])
    story.step("the first revision becomes ready, and kubectl wait sees it", lambda: wait_for(namespace, "condition=Ready"))
    story.step("every kind may be read", operator.ready)
    story.step("kubectl get shows the documented columns", lambda: columns_are_as_documented(namespace))
    story.step("the row says that r1 serves alone", lambda: serves_alone(namespace))
    first = workload()

    apply({**revision("r2", "two", "r1"), "metadata": {"name": "r2", "namespace": namespace}})
    story.step("the second revision gets its first share", lambda: wait_for(namespace, "jsonpath={.status.phase}=Canary"))
    story.step("kubectl get names the candidate", lambda: check(row_of("aroll", namespace, "bot")["CANDIDATE"], "r2"))
    second = [name for name in workload() if name not in first]
    story.step("the candidate has a Deployment", lambda: check(len(second), 1))

    must("patch", "aroll", "bot", "-n", namespace, "--type=merge", "-p", '{"spec": {"delivery": {"replicas": {"stable": 2}}}}')
    story.step("more replicas are asked for", lambda: wait_for(namespace, "jsonpath={.spec.replicas}=2", f"deployment/{first[0]}"))
    must("delete", "arev", "r2", "-n", namespace)
    story.step("a revision that is taken away gives its share back", lambda: wait_for(namespace, "jsonpath={.status.phase}=Stable"))
    story.step("what it ran is removed", lambda: wait_for(namespace, "delete", f"deployment/{second[0]}"))
    story.step("the rollout can be deleted", lambda: must("delete", "aroll", "bot", "-n", namespace, "--timeout=40s"))


def check(found, wanted):
    assert found == wanted, f"{found!r} instead of {wanted!r}"


def main():
    story = Story()
    with own_namespace("operator-rights") as namespace, tempfile.TemporaryFile("w+") as log:
        roles = [bound_to_user(d, namespace) for name in ("cluster_role.yaml", "lease_role.yaml") for d in documents(name)]
        apply(*roles)
        pods, operator = StandInPods(namespace), Operator(sys.argv[1], namespace, log)
        try:
            tell(story, namespace, operator, pods)
            story.step("no request was refused", lambda: nothing_was_refused(operator))
            story.step("no right is granted that is never used", lambda: no_right_is_idle(operator.used()[0]))
            story.step("the operator stops when asked to", lambda: check(operator.stop(), 0))
        except BaseException:
            print(must("get", "aroll", "bot", "-n", namespace, "-o", "yaml") if kubectl("get", "aroll", "bot", "-n", namespace)[0] else "")
            print(must("get", "pods,endpointslices", "-n", namespace, "-o", "yaml"))
            print(operator.said()[-6000:])
            raise
        finally:
            operator.process.kill()
            operator.process.wait()
            pods.close()
            kubectl("patch", "aroll", "bot", "-n", namespace, "--type=merge", "-p", '{"metadata": {"finalizers": null}}')
            for role in roles:
                if role["kind"].startswith("Cluster"):
                    kubectl("delete", role["kind"].lower(), role["metadata"]["name"])
    print(f"{story.told} passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
