#!/usr/bin/env python3
"""Who may read held-out cases, write a verdict, and move the thresholds: identity by identity, on a real API server.

Needs $KUBECONFIG of an administrator and, if kubectl is not on the PATH, $KUBECTL. The roles and policies are those of
operator/deploy under names of their own; the policies bind in this script's namespace alone. Identities are impersonated.
"""
import copy
import json
import os
import sys
import time

import yaml

from cluster import ROOT, Story, apply, install_crds, kubectl, must, own_namespace

DEPLOY = ROOT / "operator" / "deploy"
DIGEST = "0" * 64
VERDICT = {"verdict": "Pass", "reason": "Passed", "candidateDigest": DIGEST, "stableDigest": DIGEST, "policyDigest": DIGEST,
           "decidedAt": "2026-11-24T03:00:00Z", "expiresAt": "2026-11-25T03:00:00Z",
           "evidence": [{"capability": "refunds", "state": "Held"}], "rollout": "support-bot"}


def documents(name):
    return list(yaml.safe_load_all((DEPLOY / name).read_text()))


class World:
    """Two namespaces: the agent's, and the gate's with the held-out cases."""

    def __init__(self, agents, held_out):
        self.agents, self.held_out, self.suffix = agents, held_out, f"-{os.getpid()}"
        self.operator = self.user(agents, "pawl-operator")
        self.gate = self.user(held_out, "pawl-gate")
        self.proposer = self.user(agents, "proposer")
        self.agent = self.user(agents, "support-bot")
        self.scorer = self.user(agents, "pawl-scorer")
        # Somebody was careless: this proposer may do anything with pawl's objects and with ConfigMaps, as far as roles go.
        self.careless = self.user(agents, "careless-proposer")
        self.cluster_scoped = []

    @staticmethod
    def user(namespace, name):
        return f"system:serviceaccount:{namespace}:{name}"

    def renamed(self, document):
        """The manifest under a name of its own, for our identities and our namespaces."""
        document = copy.deepcopy(document)
        meta = document["metadata"]
        meta["name"] += self.suffix
        if "roleRef" in document:
            document["roleRef"]["name"] += self.suffix
            for subject in document["subjects"]:
                subject["namespace"] = self.held_out if subject["name"] == "pawl-gate" else self.agents
        if document["kind"] == "ServiceAccount":
            meta["name"], meta["namespace"] = meta["name"].removesuffix(self.suffix), self.agents
        if document["kind"] in ("Role", "RoleBinding"):
            meta["namespace"] = self.held_out
        if document["kind"] == "ConfigMap":
            meta["namespace"] = self.agents
            document["data"] = {"proposers": f"{self.proposer}\n{self.agent}\n{self.careless}\n", "gates": self.gate + "\n", "scorers": self.scorer + "\n"}
        if document["kind"] == "ValidatingAdmissionPolicyBinding":
            spec = document["spec"]
            spec["policyName"] += self.suffix
            spec["paramRef"].update(name=spec["paramRef"]["name"] + self.suffix, namespace=self.agents)
            bound = self.held_out if document["spec"]["policyName"].startswith("pawl-reports") else self.agents
            spec["matchResources"] = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": bound}}}
        if "namespace" not in meta:
            self.cluster_scoped.append((document["kind"].lower(), meta["name"]))
        return document

    def role_of(self, account, role, namespaced):
        kind = "RoleBinding" if namespaced else "ClusterRoleBinding"
        meta = {"name": f"{account}{self.suffix}", **({"namespace": self.agents} if namespaced else {})}
        if not namespaced:
            self.cluster_scoped.append((kind.lower(), meta["name"]))
        return {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": kind, "metadata": meta,
                "roleRef": {"apiGroup": "rbac.authorization.k8s.io", "kind": "ClusterRole", "name": role},
                "subjects": [{"kind": "ServiceAccount", "name": account, "namespace": self.agents}]}

    def objects(self):
        def account(namespace, name):
            return {"apiVersion": "v1", "kind": "ServiceAccount", "metadata": {"name": name, "namespace": namespace}}

        everything = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "careless" + self.suffix},
                      "rules": [{"apiGroups": ["pawl.dev"], "resources": ["*"], "verbs": ["*"]}, {"apiGroups": [""], "resources": ["configmaps"], "verbs": ["*"]}]}
        # kubectl reads a status before it patches it; the programs do not, and have no such right.
        reading = {"apiVersion": "rbac.authorization.k8s.io/v1", "kind": "ClusterRole", "metadata": {"name": "reads-status" + self.suffix},
                   "rules": [{"apiGroups": ["pawl.dev"], "resources": ["agentrevisions/status"], "verbs": ["get"]}]}
        reads = self.role_of("pawl-operator", reading["metadata"]["name"], True)
        reads["subjects"].append({"kind": "ServiceAccount", "name": "pawl-gate", "namespace": self.held_out})
        self.cluster_scoped += [("clusterrole", role["metadata"]["name"]) for role in (everything, reading)]
        names = ("cluster_role.yaml", "gate/cluster_role.yaml", "gate/secrets_role.yaml", "proposer_role.yaml", "scorer_role.yaml", "admission_policy.yaml")
        return [*(account(self.agents, n) for n in ("pawl-operator", "proposer", "support-bot", "careless-proposer")), account(self.held_out, "pawl-gate"),
                *(self.renamed(d) for name in names for d in documents(name)), everything, reading, reads,
                self.role_of("proposer", "pawl-proposer" + self.suffix, True), self.role_of("careless-proposer", everything["metadata"]["name"], True),
                self.role_of("pawl-scorer", "pawl-scorer-proposals" + self.suffix, True),
                {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "support-heldout", "namespace": self.held_out}, "stringData": {"cases": "secret"}},
                {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "other", "namespace": self.agents}, "stringData": {"key": "other"}}]

    def forget(self):
        for kind, name in self.cluster_scoped:
            kubectl("delete", kind, name, "--ignore-not-found")


def revision(name, parent=None):
    spec = {"agent": "support-bot", "files": [{"path": "prompt.md", "content": name}], **({"parent": parent} if parent else {})}
    return {"apiVersion": "pawl.dev/v1alpha1", "kind": "AgentRevision", "metadata": {"name": name}, "spec": spec}


def may(user, *arguments, text=None):
    done, answer = kubectl(*arguments, "--as", user, text=text)
    assert done, f"{user} should be allowed to {' '.join(arguments[:4])}: {answer.strip()}"
    return answer


def may_not(user, *arguments, text=None, because="orbidden"):
    done, answer = kubectl(*arguments, "--as", user, text=text)
    assert not done, f"{user} could {' '.join(arguments[:4])}"
    assert because in answer, f"refused, but without {because!r}: {answer.strip()}"


def status_patch(world, status, name="r1"):
    return ("patch", "agentrevision", name, "-n", world.agents, "--subresource=status", "--type=merge", "-p", json.dumps({"status": status}))


def rollout_patch(world, spec):
    return ("patch", "agentrollout", "support-bot", "-n", world.agents, "--type=merge", "-p", json.dumps({"spec": spec}))


def verdict_of(world, name="r1"):
    return json.loads(must("get", "agentrevision", name, "-n", world.agents, "-o", "json")).get("status", {}).get("gate")


def until_denied(policy, user, *arguments, text=None):
    for _ in range(100):
        done, answer = kubectl(*arguments, "--dry-run=server", "--as", user, text=text)
        if not done and policy in answer:
            return
        time.sleep(0.2)
    raise AssertionError(f"{policy} never acted: {answer}")


def until_policies_act(world):
    """A policy acts a moment after it is stored. Where two refuse, either may speak: so each is asked what only it refuses."""
    until_denied("pawl-proposers", world.careless, *status_patch(world, {"phase": "Promoted"}))
    until_denied("pawl-verdicts", world.operator, *status_patch(world, {"gate": VERDICT}))
    until_denied("pawl-reports", world.gate, "create", "-n", world.held_out, "-f", "-", text=json.dumps(report(name="other")))


def secrets(world):
    by_name = ("get", "secret", "support-heldout", "-n", world.held_out)
    by_label = ("get", "secrets", "-l", "suite=support", "-n", world.held_out)  # a suite may choose its Secrets by label
    for read in (by_name, by_label):
        may(world.gate, *read)
        for user in (world.operator, world.proposer, world.agent, world.careless, world.scorer):
            may_not(user, *read)
    may_not(world.gate, "get", "secret", "other", "-n", world.agents)
    may_not(world.gate, "get", "secrets", "-n", world.agents)


def report(name="pawl-report-0123456789abcdef", label="pawl.dev/report", key="report.json"):
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "labels": {label: DIGEST[:63]}}, "stringData": {key: "{}"}}


def reports(world):
    """The gate keeps its reports beside the cases, and can neither change these nor make any."""
    create = ("create", "-n", world.held_out, "-f", "-")
    name = report()["metadata"]["name"]
    one = ("secret", name, "-n", world.held_out)
    may(world.gate, *create, text=json.dumps(report()))
    may(world.gate, "patch", *one, "--type=merge", "-p", '{"stringData": {"report.json": "{\\"version\\": 1}"}}')
    may(world.gate, "get", *one)
    for user in (world.operator, world.proposer, world.agent, world.careless, world.scorer):
        may_not(user, "get", *one)
        may_not(user, "get", "secrets", "-l", "pawl.dev/report", "-n", world.held_out)
        may_not(user, "delete", *one)
        may_not(user, *create, text=json.dumps(report(name="pawl-report-fedcba9876543210")))
    for other in (report(name="support-heldout-2"), report(label="pawl.dev/suite"), report(key="cases.jsonl")):
        other["metadata"]["name"] = other["metadata"]["name"].replace("0123456789abcdef", "fedcba9876543210")
        may_not(world.gate, *create, text=json.dumps(other), because="keeps reports")
    cases = ("secret", "support-heldout", "-n", world.held_out)
    may_not(world.gate, "patch", *cases, "--type=merge", "-p", '{"stringData": {"cases": "easier"}}', because="keeps reports")
    may_not(world.gate, "delete", *cases, because="keeps reports")
    may_not(world.gate, "create", "-n", world.agents, "-f", "-", text=json.dumps(report()))
    may(world.gate, "delete", *one)


def memory(name="pawl-suite-0123456789abcdef", label="pawl.dev/suite-memory", key="suite.json"):
    return {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "labels": {label: "v1"}}, "stringData": {key: "{}"}}


def memories(world):
    """What the gate remembers of a suite it may write, and not take away."""
    create = ("create", "-n", world.held_out, "-f", "-")
    one = ("secret", memory()["metadata"]["name"], "-n", world.held_out)
    may(world.gate, *create, text=json.dumps(memory()))
    may(world.gate, "patch", *one, "--type=merge", "-p", '{"stringData": {"suite.json": "{\\"knownCases\\": \\"\\"}"}}')
    may_not(world.gate, "delete", *one, because="remembers suites")
    for other in (memory(name="pawl-suite-other"), memory(label="pawl.dev/suite"), memory(label="pawl.dev/report"), memory(key="cases.jsonl")):
        other["metadata"]["name"] = other["metadata"]["name"].replace("0123456789abcdef", "fedcba9876543210")
        may_not(world.gate, *create, text=json.dumps(other), because="remembers suites")
    for user in (world.operator, world.proposer, world.agent, world.careless, world.scorer):
        may_not(user, "patch", *one, "--type=merge", "-p", '{"stringData": {"suite.json": "{}"}}')
        may_not(user, "delete", *one)


def progress(world):
    asked = {"done": 120, "planned": 2400}
    may(world.gate, *status_patch(world, {"gateProgress": asked}))
    for user in (world.operator, world.proposer, world.agent, world.scorer):
        may_not(user, *status_patch(world, {"gateProgress": {"done": 1, "planned": 1}}))
    may_not(world.operator, *status_patch(world, {"gateProgress": None}), because="only the gate writes its verdict and its progress")
    may(world.operator, *status_patch(world, {"phase": "Gating"}))
    assert json.loads(must("get", "agentrevision", "r1", "-n", world.agents, "-o", "json"))["status"]["gateProgress"] == asked
    may(world.gate, *status_patch(world, {"gateProgress": None}))


def proposals(world):
    create = ("create", "-n", world.agents, "-f", "-")
    may(world.proposer, *create, text=json.dumps(revision("r2", "r1")))
    may_not(world.agent, *create, text=json.dumps(revision("r3", "r1")))
    may_not(world.gate, *create, text=json.dumps(revision("r3", "r1")))
    for verb in ("get", "delete"):
        may_not(world.proposer, verb, "agentrevision", "r2", "-n", world.agents)


def a_smuggled_verdict(world):
    """A revision that is created with a verdict has none: its status is another resource."""
    may(world.proposer, "create", "-n", world.agents, "-f", "-", text=json.dumps({**revision("r4", "r1"), "status": {"gate": VERDICT}}))
    assert verdict_of(world, "r4") is None, "a proposer brought its verdict along"


def verdicts(world):
    may(world.gate, *status_patch(world, {"gate": VERDICT}))
    assert verdict_of(world) == VERDICT
    may_not(world.gate, *status_patch(world, {"phase": "Promoted"}), because="the gate writes status.gate and status.gateProgress and nothing else")
    may(world.operator, *status_patch(world, {"phase": "Admitted", "digest": DIGEST}))
    assert verdict_of(world) == VERDICT, "the operator's patch touched the verdict"
    fail = {**VERDICT, "verdict": "Fail"}
    may_not(world.operator, *status_patch(world, {"gate": fail}), because="only the gate writes its verdict")
    may_not(world.operator, *status_patch(world, {"gate": None}), because="only the gate writes its verdict")
    for user in (world.proposer, world.agent, world.scorer):
        may_not(user, *status_patch(world, {"gate": fail}))
    may_not(world.careless, *status_patch(world, {"gate": fail}), because="denied request")
    may_not(world.careless, *status_patch(world, {"phase": "Promoted"}), because="proposes edits and may create AgentRevisions")
    assert verdict_of(world) == VERDICT


def words(world):
    may_not(world.gate, *status_patch(world, {"gate": {**VERDICT, "verdict": "Fine"}}), because='supported values: "Pass", "Fail", "Insufficient", "NoBaseline"')
    may_not(world.gate, *status_patch(world, {"gate": {**VERDICT, "policyDigest": None}}), because="policyDigest: Required value")


def thresholds(world):
    for spec in ({"gate": {"required": False}}, {"gate": {"suites": ["easier"]}}, {"analysis": {"margin": "0.9"}}):
        for user in (world.proposer, world.agent, world.gate, world.scorer):
            may_not(user, *rollout_patch(world, spec))
        may_not(world.careless, *rollout_patch(world, spec), because="proposes edits and may create AgentRevisions")
    may_not(world.careless, "delete", "agentrollout", "support-bot", "-n", world.agents, because="proposes edits and may create AgentRevisions")
    may_not(world.careless, "delete", "agentrevision", "r1", "-n", world.agents, because="proposes edits and may create AgentRevisions")


def allowed(user, verb, resource, namespace):
    """As authorization sees it, which knows names only: the kind need not be installed."""
    review = {"apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview",
              "spec": {"user": user, "groups": ["system:authenticated", "system:serviceaccounts", "system:serviceaccounts:" + user.split(":")[2]],
                       "resourceAttributes": {"group": "pawl.dev", "resource": resource, "verb": verb, "namespace": namespace}}}
    return json.loads(must("create", "-f", "-", "-o", "json", text=json.dumps(review)))["status"]["allowed"]


def suites(world):
    for user in (world.proposer, world.agent, world.operator, world.scorer):
        could = [verb for verb in ("get", "create", "patch", "delete") if allowed(user, verb, "evalsuites", world.agents)]
        assert not could, f"{user} may {could} suites"
    could = [verb for verb in ("get", "create", "patch", "delete") if allowed(world.gate, verb, "evalsuites", world.agents)]
    assert could == ["get"], f"the gate may {could} suites"
    inside = ("-n", world.agents)
    easier = json.dumps({"spec": {"cases": {"configMaps": {"names": ["easier"]}}}})
    spent = json.dumps({"status": {"size": 1}})
    writes = (("patch", "evalsuite", "support-golden", *inside, "--type=merge", "-p", easier),
              ("patch", "evalsuite", "support-golden", *inside, "--subresource=status", "--type=merge", "-p", spent),
              ("delete", "evalsuite", "support-golden", *inside), ("create", *inside, "-f", "-"))
    for write in writes:
        may_not(world.careless, *write, text=json.dumps(golden_suite("of-my-own")), because="proposes edits and may create AgentRevisions")


def golden_suite(name):
    return {"apiVersion": "pawl.dev/v1alpha1", "kind": "EvalSuite", "metadata": {"name": name},
            "spec": {"tier": "Golden", "cases": {"configMaps": {"names": ["by-key"]}}}}


def config_map(name, key="cases.jsonl", value="{}", suite=None):
    return {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name, **({"labels": {"pawl.dev/suite": suite}} if suite else {})}, "data": {key: value}}


def public_cases(world):
    """Cases are ConfigMaps: a proposer that may write those, as far as roles go, still cannot touch a suite's."""
    inside, because = ("-n", world.agents), "writes neither cases of a suite"
    for made in (config_map("by-key"), config_map("by-label", key="mine.jsonl", suite="support-golden")):
        may(world.operator, "create", *inside, "-f", "-", text=json.dumps(made))
        # Neither emptied, nor freed of what marks it, nor deleted.
        may_not(world.careless, "replace", *inside, "-f", "-", text=json.dumps({**made, "data": {"mine.jsonl": ""}}), because=because)
        may_not(world.careless, "replace", *inside, "-f", "-", text=json.dumps(config_map(made["metadata"]["name"], key="other")), because=because)
        may_not(world.careless, "delete", "configmap", made["metadata"]["name"], *inside, because=because)
    may_not(world.careless, "delete", "--raw", f"/api/v1/namespaces/{world.agents}/configmaps?labelSelector=pawl.dev/suite", because=because)
    for one_more in (config_map("more"), config_map("more", key="mine.jsonl", suite="support-golden")):
        may_not(world.careless, "create", *inside, "-f", "-", text=json.dumps(one_more), because=because)
    may(world.careless, "create", *inside, "-f", "-", text=json.dumps(config_map("notes", key="notes")))
    may_not(world.careless, "patch", "configmap", "notes", *inside, "--type=merge", "-p", json.dumps({"data": {"cases.jsonl": "{}"}}), because=because)
    may_not(world.careless, "patch", "configmap", "pawl-identities" + world.suffix, *inside, "--type=merge", "-p", '{"data": {"proposers": ""}}', because=because)
    may(world.careless, "delete", "configmap", "notes", *inside)


def proposed_cases(name="pawl-failures-0123456789abcdef", label="pawl.dev/proposed-cases", key="records.jsonl", **more):
    return {"apiVersion": "v1", "kind": "ConfigMap", "immutable": True, "metadata": {"name": name, "labels": {label: "support-bot"}}, "data": {key: "{}\n"}, **more}


def failures(world):
    """The scorer proposes cases, and can neither make suites of them nor touch what is there."""
    create = ("create", "-n", world.agents, "-f", "-")
    may(world.scorer, *create, text=json.dumps(proposed_cases()))
    others = (proposed_cases(name="support-regression"), proposed_cases(label="pawl.dev/suite"), proposed_cases(key="cases.jsonl"),
              proposed_cases(immutable=False), proposed_cases(binaryData={"cases.jsonl": ""}))
    for other in others:
        may_not(world.scorer, *create, text=json.dumps(other), because="proposes regression cases")
    may_not(world.scorer, "create", "-n", world.held_out, "-f", "-", text=json.dumps(proposed_cases()))
    for verb in ("get", "delete"):
        may_not(world.scorer, verb, "configmap", "pawl-failures-0123456789abcdef", "-n", world.agents)
    may_not(world.scorer, "patch", "agentrollout", "support-bot", "-n", world.agents, "--subresource=status", "--type=merge", "-p", '{"status": {"phase": "Stable"}}')
    for user in (world.proposer, world.agent):
        may_not(user, *create, text=json.dumps(proposed_cases(name="pawl-failures-fedcba9876543210")))
    may(world.operator, *create, text=json.dumps({"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a-bundle"}}))


def tell(story, world):
    rollout = yaml.safe_load((ROOT / "tests" / "data" / "maximal_rollout.yaml").read_text())
    rollout["metadata"]["namespace"] = world.agents
    first = revision("r1")
    first["metadata"]["namespace"] = world.agents
    apply(*world.objects())
    golden = golden_suite("support-golden")
    golden["metadata"]["namespace"] = world.agents
    apply(rollout, first, golden)
    story.step("the policies act", lambda: until_policies_act(world))
    story.step("held-out cases are read by the gate and by nobody else", lambda: secrets(world))
    story.step("reports of the gate are read by the gate and by nobody else, and it writes no other Secret", lambda: reports(world))
    story.step("what the gate remembers of a suite is written by the gate and removed by nobody of pawl", lambda: memories(world))
    story.step("the gate alone tells how far it is", lambda: progress(world))
    story.step("a proposer creates proposals and does nothing else with them", lambda: proposals(world))
    story.step("no verdict comes along with a proposal", lambda: a_smuggled_verdict(world))
    story.step("the gate alone writes its verdict, and writes nothing else", lambda: verdicts(world))
    story.step("a verdict in other words is refused", lambda: words(world))
    story.step("thresholds are moved by none whom they judge, even with every role", lambda: thresholds(world))
    story.step("suites are out of reach of proposer, agent, scorer and operator", lambda: suites(world))
    story.step("a public suite's cases are written by no proposer, even with every role", lambda: public_cases(world))
    story.step("the scorer proposes regression cases and creates no other ConfigMap", lambda: failures(world))


def main():
    story = Story()
    install_crds()
    with own_namespace("gate-rights") as agents, own_namespace("gate-rights-held") as held_out:
        world = World(agents, held_out)
        try:
            tell(story, world)
        finally:
            world.forget()
    print(f"{story.told} passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
