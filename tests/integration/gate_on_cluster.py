#!/usr/bin/env python3
"""The gate judges on a real cluster: real pods of the demo's agent, each program a process with an identity of its own.

Usage: gate_on_cluster.py PAWL-OPERATOR PAWL-GATE PAWL-SCORER DEMO-AGENT DEMO-LOAD. Needs the local cluster's node `local`, which
runs pods as processes. One edit loses a skill and never has a share; a better one passes before its first share. What the
held-out cases say is then looked for in everything that the proposer could see.
"""
import base64
import json
import os
import pathlib
import secrets
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request

import yaml

from cluster import ROOT, Story, apply, install_crds, kubectl, must, own_namespace
from gate_rights import World, documents
from watched import Watched

sys.path.insert(0, str(ROOT / "hack" / "demo"))
import cases  # noqa: E402

KINDS = ("aroll", "arev", "esuite", "httproute", "event")
INTAKE, SCORES, METRICS = "10.199.0.1:18090", "127.0.0.1:19466", "127.0.0.1:19475"
ROLLOUT = "support-bot"
# What the two edits do to the prompt of the demo's r6.
FORGETS = ("Hand over to a person when a customer asks for a person.\n", "")
LEARNS = ("Be friendly and brief.\n", "Be friendly and brief.\nIssue the refund at once when broken or damaged.\n")


# --- the objects -------------------------------------------------------------------------------------

def pod_template(agent):
    arguments = ["--bundle", "/etc/agent", "--listen", "$(POD_IP):8080", "--scorer", f"http://{INTAKE}", "--token-file", "/var/run/pawl/token"]
    container = {"name": "agent", "image": "none", "command": [agent], "args": arguments,
                 "env": [{"name": "POD_IP", "valueFrom": {"fieldRef": {"fieldPath": "status.podIP"}}}],
                 "ports": [{"name": "http", "containerPort": 8080}], "readinessProbe": {"httpGet": {"path": "/healthz", "port": 8080}, "periodSeconds": 1},
                 "volumeMounts": [{"name": "token", "mountPath": "/var/run/pawl", "readOnly": True}]}
    token = {"serviceAccountToken": {"audience": "pawl-scorer", "path": "token", "expirationSeconds": 3600}}
    spec = {"nodeName": "local", "serviceAccountName": ROLLOUT, "terminationGracePeriodSeconds": 2, "containers": [container],
            "volumes": [{"name": "token", "projected": {"sources": [token]}}]}
    return {"apiVersion": "v1", "kind": "PodTemplate", "metadata": {"name": ROLLOUT}, "template": {"spec": spec}}


def rollout():
    traffic = {"mode": "Managed", "route": {"name": ROLLOUT}, "gateway": {"name": "gateway", "namespace": "pawl-system"},
               "hostnames": ["gated.example.com"], "stableService": "gated-stable", "canaryService": "gated-canary", "port": 8080}
    spec = {"agent": ROLLOUT, "traffic": traffic, "delivery": {"podTemplate": ROLLOUT, "replicas": {"stable": 1, "canary": 1}},
            "gate": {"suites": ["public", "held-out"], "required": True}, "steps": [{"name": "five", "weight": "5%", "soak": "10m"}],
            "evidence": {"prometheus": {"address": "http://10.199.0.1:9090"}}, "analysis": {"margin": "0.1"}, "drain": "1s", "stableSoak": "1s"}
    return {"apiVersion": "pawl.dev/v1alpha1", "kind": "AgentRollout", "metadata": {"name": ROLLOUT}, "spec": spec}


def suite(name, tier, objects, **more):
    return {"apiVersion": "pawl.dev/v1alpha1", "kind": "EvalSuite", "metadata": {"name": name}, "spec": {"tier": tier, "cases": objects, "epochs": 1, **more}}


def edited(name, parent=None, edit=None, improves=()):
    demo = ROOT / "hack" / "demo"
    made = json.loads(subprocess.run([demo / "revision", name, demo / "bundles" / "r6", *([parent] if parent else [])], text=True, capture_output=True, check=True).stdout)
    for file in made["spec"]["files"]:
        if edit and file["path"] == "prompt/system.md":
            assert edit[0] in file["content"], edit
            file["content"] = file["content"].replace(*edit)
    if parent:
        made["spec"]["claim"] = {"improves": list(improves), "rationale": "read in its failures"}
    return made


# --- the programs ------------------------------------------------------------------------------------

class Programs:
    """Operator, gate and scorer, each with a token of its own ServiceAccount; their logs are files."""

    def __init__(self, world, operator, gate, scorer):
        self.world, self.folder, self.running = world, pathlib.Path(tempfile.mkdtemp(prefix="pawl-gated-")), {}
        key = self.folder / "mark-key"
        key.write_text(secrets.token_hex(32))
        inside = ("--namespace", world.agents)
        self.start("scorer", scorer, "--config", ROOT / "hack/demo/scorer.yaml", "--listen", INTAKE, "--metrics", SCORES, "--gate-key", key,
                   "--kubeconfig", self.kubeconfig(world.agents, "pawl-scorer"), "--failure-reader", world.proposer, "--folder", self.folder / "scorer", *inside)
        self.start("operator", operator, "--kubeconfig", self.kubeconfig(world.agents, "pawl-operator"), "--lease-namespace", world.agents, "--metrics", METRICS, *inside)
        self.start("gate", gate, "--kubeconfig", self.kubeconfig(world.held_out, "pawl-gate"), "--own-namespace", world.held_out,
                   "--folder", self.folder, "--mark-key", key, *inside)

    def kubeconfig(self, namespace, account):
        admin = yaml.safe_load(pathlib.Path(os.environ["KUBECONFIG"]).read_text())
        token = must("create", "token", account, "-n", namespace, "--duration", "1h").strip()
        admin["users"] = [{"name": admin["users"][0]["name"], "user": {"token": token}}]
        path = self.folder / f"kubeconfig-{account}"
        path.write_text(yaml.safe_dump(admin))
        return path

    def start(self, name, *command):
        with open(self.folder / f"{name}.log", "w", encoding="utf-8") as log:
            self.running[name] = subprocess.Popen([str(word) for word in command], stdout=log, stderr=log)

    def said(self):
        return {path.name: path.read_text() for path in self.folder.glob("*.log")}

    def stop(self):
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        for process in self.running.values():
            process.wait(timeout=30)


class Stage:
    def __init__(self, world, programs, public, held_out):
        self.world, self.programs, self.public = world, programs, public
        self.held_out = [json.loads(line) for line in held_out]
        self.watched = Watched(world.agents, KINDS)

    def put(self, *objects):
        apply(*placed(self.world.agents, *objects))

    def propose(self, *revision):
        must("create", "-n", self.world.agents, "-f", "-", "--as", self.world.proposer, text=json.dumps({**edited(*revision), "metadata": {"name": revision[0]}}))

    def status(self):
        return (self.watched.get("aroll", ROLLOUT) or {}).get("status", {})

    def revision(self, name):
        return (self.watched.get("arev", name) or {}).get("status", {})

    def until(self, holds, what, limit=60):
        return self.watched.until(holds, lambda: f"{what()}\n{self.logs()}", limit)

    def logs(self):
        return "\n".join(f"--- {name}\n" + "\n".join(text.splitlines()[-8:]) for name, text in self.programs.said().items())


# --- what is shown -----------------------------------------------------------------------------------

def serves(stage):
    stage.put(edited("r1"), rollout())
    stage.until(lambda: stage.status().get("phase") == "Stable" and stage.status()["stable"]["revision"] == "r1", stage.status)


def suites_are_read(stage):
    def ready(name):
        status = (stage.watched.get("esuite", name) or {}).get("status", {})
        return any(c["type"] == "Ready" and c["status"] == "True" for c in status.get("conditions", []))

    stage.until(lambda: ready("public") and ready("held-out"), lambda: [s.get("status") for s in stage.watched.all("esuite")])
    assert stage.watched.get("esuite", "held-out")["status"]["size"] == len(stage.held_out)


def shares_of(stage, name):
    """Every share that the rollout ever wanted for this candidate."""
    seen = [r["status"] for r in stage.watched.seen("aroll", ROLLOUT) if r.get("status", {}).get("candidate", {}).get("revision") == name]
    return {status.get("weights", {}).get("desired", 0) for status in seen}


def weights_in_route(stage):
    routes = stage.watched.seen("httproute", ROLLOUT)
    return [{ref["name"]: ref["weight"] for ref in route["spec"]["rules"][0]["backendRefs"]} for route in routes]


def a_skill_is_lost(stage):
    stage.propose("forgets", "r1", FORGETS)
    stage.until(lambda: stage.revision("forgets").get("phase") == "Rejected", lambda: (stage.status(), stage.revision("forgets")))
    verdict = stage.revision("forgets")["gate"]
    assert (verdict["verdict"], verdict["reason"]) == ("Fail", "SkillLost"), verdict
    assert {"capability": "escalation", "state": "Lost"} in verdict["evidence"], verdict
    assert {row["state"] for row in verdict["evidence"]} == {"Lost", "Held"}, verdict
    stage.until(lambda: stage.status().get("phase") == "Stable", stage.status)
    assert shares_of(stage, "forgets") == {0}, shares_of(stage, "forgets")
    assert all(weights["gated-canary"] == 0 for weights in weights_in_route(stage)), weights_in_route(stage)


def better_passes_first(stage):
    stage.propose("learns", "r1", LEARNS, ["refunds"])
    stage.until(lambda: stage.status().get("weights", {}).get("desired", 0) > 0, lambda: (stage.status(), stage.revision("learns")))
    verdict = stage.revision("learns")["gate"]
    assert (verdict["verdict"], verdict["reason"]) == ("Pass", "Passed"), verdict
    assert stage.status()["candidate"]["revision"] == "learns"
    versions = [r.get("status", {}) for r in stage.watched.seen("aroll", ROLLOUT)]
    first = next(status for status in versions if status.get("weights", {}).get("desired", 0) > 0)
    assert first["gate"]["state"] == "Passed" and first["gate"]["candidate"]["revision"] == "learns", first["gate"]
    asked = [status["gate"]["state"] for status in versions if status.get("gate", {}).get("candidate", {}).get("revision") == "learns"]
    assert asked[0] == "Waiting" and asked[-1] == "Passed", asked


def the_ledger_counts(stage):
    ledger = stage.watched.get("esuite", "held-out")["status"]["ledger"]
    assert (ledger["answers"], ledger["promotions"]) == (2, 1), ledger
    public = stage.watched.get("esuite", "public")["status"]["ledger"]
    assert (public["answers"], public["bitsSpent"]) == (2, 0), public


def the_report_tells_the_ledgers(stage):
    """The whole report is in the gate's namespace alone; its last step is what the answer cost."""
    found = json.loads(must("get", "secrets", "-n", stage.world.held_out, "-l", "pawl.dev/report", "-o", "json"))["items"]
    mine = next(each for each in found if each["metadata"]["annotations"]["pawl.dev/revision"] == "learns")
    steps = json.loads(base64.b64decode(mine["data"]["report.json"]))["steps"]
    assert steps[0]["name"] == "contamination" and steps[-1]["name"] == "ledger", [step["name"] for step in steps]
    numbers = steps[-1]["numbers"]
    bits = stage.watched.get("esuite", "held-out")["status"]["ledger"]["bitsSpent"]
    assert (numbers["held-out: answers"], numbers["held-out: promotions"], numbers["held-out: bits"], numbers["public: answers"]) == (2, 1, bits, 2), numbers
    assert "bits" not in json.dumps(stage.revision("learns")["gate"]), stage.revision("learns")["gate"]


def a_suite_made_anew_is_known(stage):
    before = stage.watched.get("esuite", "held-out")["status"]["ledger"]
    must("delete", "esuite", "held-out", "-n", stage.world.agents)
    stage.put(suite("held-out", "HeldOut", {"secrets": {"names": ["held-out-cases"]}}))
    stage.until(lambda: (stage.watched.get("esuite", "held-out") or {}).get("status", {}).get("ledger") == before, lambda: stage.watched.get("esuite", "held-out"))


def events_tell(stage):
    stage.until(lambda: {"GateFail", "GatePass"} <= {event.get("reason") for event in stage.watched.all("event")}, lambda: {e.get("reason") for e in stage.watched.all("event")})


def visible(stage):
    """All that the agents' namespace holds, every version that was seen, what the programs said, and the scorer's failures."""
    # Secrets of the cluster's own making aside: the proposer cannot read those either way.
    kinds = must("api-resources", "--verbs=list", "--namespaced", "-o", "name").split()
    found = {"objects": must("get", ",".join(k for k in kinds if k != "secrets"), "-n", stage.world.agents, "-o", "yaml", "--ignore-not-found", "--show-managed-fields"),
             "versions": repr(stage.watched.versions), **stage.programs.said()}
    code, found["failures"] = read_failures(stage, "proposer")
    assert code == 200, (code, found["failures"])
    with urllib.request.urlopen(f"http://{SCORES}/metrics", timeout=5) as answer:
        found["metrics"] = answer.read().decode()
    for log in pathlib.Path(os.environ["PAWL_CLUSTER_STATE"], "node").rglob("*.log"):
        if stage.world.agents in str(log):
            found[str(log)] = log.read_text(errors="replace")
    return found


def read_failures(stage, account=None):
    """What the scorer answers to whoever shows a token of this account."""
    headers = {}
    if account:
        token = must("create", "token", account, "-n", stage.world.agents, "--audience", "pawl-scorer").strip()
        headers["Authorization"] = f"Bearer {token}"
    try:
        with urllib.request.urlopen(urllib.request.Request(f"http://{INTAKE}/failures", headers=headers), timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read().decode()


def failures_are_read_by_name(stage):
    code, body = read_failures(stage, "proposer")
    assert code == 200 and "failures" in json.loads(body), (code, body)
    code, body = read_failures(stage)
    assert code == 401 and "kubectl create token" in body, (code, body)
    for account in (ROLLOUT, "careless-proposer"):
        code, body = read_failures(stage, account)
        assert code == 403 and "--failure-reader" in body, (code, body)


def held_out_stays_secret(stage):
    texts = [case["input"][0]["content"] for case in stage.held_out if case["input"][0]["content"] not in stage.public] + [case["canary"] for case in stage.held_out]
    for place, text in visible(stage).items():
        told = [secret for secret in texts if secret in text]
        assert not told, f"{place} tells {len(told)} of {len(texts)} held-out texts, one of them {told[0]!r}"


def nothing_is_scored(stage):
    """Nobody but the gate has asked anything: the scorer must have counted nothing."""
    with urllib.request.urlopen(f"http://{SCORES}/metrics", timeout=5) as answer:
        scored = [line for line in answer.read().decode().splitlines() if line.startswith("pawl_score_count_total")]
    assert not scored, f"the gate's questions were scored: {scored}"


# --- the story ---------------------------------------------------------------------------------------

def lease(world):
    """The operator's lease is in the agents' namespace here."""
    made = documents("lease_role.yaml")
    for document in made:
        document["metadata"]["namespace"] = world.agents
        for subject in document.get("subjects", []):
            subject["namespace"] = world.agents
    return made


def placed(namespace, *objects):
    return [{**o, "metadata": {**o["metadata"], "namespace": namespace}} for o in objects]


def set_up(world, agent, public, held_out):
    apply(*world.objects(), *lease(world))
    apply(*placed(world.held_out, {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "held-out-cases", "labels": {"pawl.dev/suite": "held-out"}}, "stringData": {"cases.jsonl": held_out}}))
    apply(*placed(world.agents, pod_template(agent), {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "public-cases"}, "data": {"cases.jsonl": public}},
                  suite("public", "Golden", {"configMaps": {"names": ["public-cases"]}}), suite("held-out", "HeldOut", {"secrets": {"names": ["held-out-cases"]}})))


def tell(story, stage):
    story.step("r1 serves", lambda: serves(stage))
    story.step("the gate reads both suites, and says so", lambda: suites_are_read(stage))
    story.step("an edit that loses a skill is stopped by the gate and never has a share", lambda: a_skill_is_lost(stage))
    story.step("a better edit passes the gate before its first share", lambda: better_passes_first(stage))
    story.step("the held-out suite's ledger counts two answers and one promotion, the public one's the answers", lambda: the_ledger_counts(stage))
    story.step("the gate's own report ends with what the ledgers say", lambda: the_report_tells_the_ledgers(stage))
    story.step("a suite that is deleted and made anew has the ledger it had", lambda: a_suite_made_anew_is_known(stage))
    story.step("events tell both verdicts", lambda: events_tell(stage))
    story.step("the scorer counts none of the gate's questions", lambda: nothing_is_scored(stage))
    story.step("the scorer shows failures to the proposer it was told of, and to nobody else", lambda: failures_are_read_by_name(stage))
    story.step("no text of a held-out case stands where the proposer could see it", lambda: held_out_stays_secret(stage))


def main():
    operator, gate, scorer, agent, load = sys.argv[1:]
    story = Story()
    install_crds()
    must("get", "node", "local")
    public = cases.draw(load, seed=11, each=20)
    held_out = cases.draw(load, seed=12, each=60, canaries=True)
    public = [line.replace('"id": "', '"id": "public/', 1) for line in public]
    with own_namespace("gated") as agents, own_namespace("gated-held") as held:
        world = World(agents, held)
        stage = programs = None
        try:
            set_up(world, os.path.abspath(agent), "\n".join(public), "\n".join(held_out))
            programs = Programs(world, operator, gate, scorer)
            stage = Stage(world, programs, "\n".join(public), held_out)
            tell(story, stage)
        finally:
            if programs:
                programs.stop()
            if stage:
                stage.watched.close()
            kubectl("patch", "aroll", ROLLOUT, "-n", agents, "--type=merge", "-p", '{"metadata": {"finalizers": null}}')
            world.forget()
    print(f"{story.told} passed, 0 failed")
    return 0


if __name__ == "__main__":
    sys.exit(main())
