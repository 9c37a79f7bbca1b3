#!/usr/bin/env python3
"""Bad input and bad weather: each ends in a condition that says what to do, with the traffic safe and nothing wedged.

Usage: bad_weather.py PAWL-OPERATOR [PAWL] [STORY...]: all stories, or those named. Each story has an agent and a rollout
of its own, and they run side by side under one operator, which has exactly the rights of operator/deploy. Pods are
stand-ins (stand_in_pods.py), Prometheus is scripted (scripted_prometheus.py); all else is real."""
import concurrent.futures
import copy
import datetime
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import threading
import time

from cluster import apply, kubectl, must, own_namespace
from operator_rights import Operator, bound_to_user, documents
from scripted_prometheus import Feed, Prometheus
from stand_in_pods import StandInPods
from watched import Watched

KINDS = ("aroll", "arev", "httproute", "service", "deployment", "endpointslice", "pod")
AT_ONCE = 8
HEARTBEAT = 10


# --- the stage ---------------------------------------------------------------------------------------

class Pods(StandInPods):
    """Pods of an agent in `sick` do not become ready; those of an agent in `liars` answer another digest than theirs."""

    def __init__(self, namespace):
        self.sick, self.liars, self.ended = set(), set(), threading.Event()
        super().__init__(namespace)
        threading.Thread(target=self.beat, daemon=True).start()

    def start(self, uid, pod):
        agent = pod["metadata"]["labels"]["pawl.dev/agent"]
        if agent in self.sick:
            return
        if agent in self.liars:
            pod = copy.deepcopy(pod)
            for item in pod["spec"]["containers"][0]["env"]:
                item["value"] = "0" * 64 if item["name"] == "AGENT_REVISION" else item.get("value")
        super().start(uid, pod)

    def beat(self):
        """Without it the node's pods are called unready after a minute."""
        while True:
            now = datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
            ready = {"type": "Ready", "status": "True", "reason": "StandIn", "lastHeartbeatTime": now}
            kubectl("patch", "node", self.node, "--subresource=status", "--type=merge", "-p", json.dumps({"status": {"conditions": [ready]}}))
            if self.ended.wait(HEARTBEAT):
                return

    def close(self):
        self.ended.set()
        super().close()


class Stage:
    def __init__(self, namespace, programs):
        self.namespace, self.program, self.pawl = namespace, *programs
        self.roles = [bound_to_user(d, namespace) for name in ("cluster_role.yaml", "lease_role.yaml") for d in documents(name)]
        apply(*self.roles)
        self.log = tempfile.TemporaryFile("w+")
        self.pods, self.prometheus, self.watched = Pods(namespace), Prometheus(), Watched(namespace, KINDS)
        self.start_operator()

    def start_operator(self):
        self.operator = Operator(self.program, self.namespace, self.log)

    def kill_operator(self):
        self.operator.process.send_signal(signal.SIGKILL)
        self.operator.process.wait()

    def put(self, *objects):
        apply(*[{**o, "metadata": {**o["metadata"], "namespace": self.namespace}} for o in objects])

    def close(self):
        self.kill_operator()
        self.watched.close()
        self.pods.close()
        self.prometheus.close()
        for rollout in self.watched.all("aroll"):
            kubectl("patch", "aroll", rollout["metadata"]["name"], "-n", self.namespace, "--type=merge", "-p", '{"metadata": {"finalizers": null}}')
        for role in self.roles:
            if role["kind"].startswith("Cluster"):
                kubectl("delete", role["kind"].lower(), role["metadata"]["name"])


def template(name, node):
    container = {"name": "agent", "image": "none", "ports": [{"name": "http", "containerPort": 8080}]}
    return {"apiVersion": "v1", "kind": "PodTemplate", "metadata": {"name": name},
            "template": {"spec": {"nodeName": node, "terminationGracePeriodSeconds": 0, "containers": [container]}}}


def rollout(name, prometheus):
    traffic = {"mode": "Managed", "route": {"name": name}, "gateway": {"name": "gateway", "namespace": "pawl-system"},
               "hostnames": [f"{name}.example.com"], "stableService": f"{name}-stable", "canaryService": f"{name}-canary", "port": 8080}
    steps = [{"name": "five", "weight": "5%", "soak": "1s"}, {"name": "half", "weight": "50%", "soak": "1s"}]
    evidence = {"prometheus": {"address": prometheus}, "interval": "1s", "capabilities": [{"name": "help"}]}
    spec = {"agent": name, "traffic": traffic, "delivery": {"podTemplate": name, "replicas": {"stable": 1, "canary": 1}}, "steps": steps,
            "evidence": evidence, "analysis": {"margin": "0.2", "minSamples": 10, "minAge": "0s", "maxDuration": "2m"}, "drain": "1s", "stableSoak": "1s"}
    return {"apiVersion": "pawl.dev/v1alpha1", "kind": "AgentRollout", "metadata": {"name": name}, "spec": spec}


class Bot:
    """One agent, its rollout and its counters; and the sentences that are told about it."""

    def __init__(self, stage, name, capabilities=("help",)):
        self.stage, self.name, self.told = stage, name, []
        self.feed = Feed(self.arms, capabilities)
        self.prometheus = stage.prometheus.serve(self.feed)
        self.rollout, self.template = rollout(name, self.prometheus), template(name, stage.pods.node)

    # -- what people do

    def revision(self, name, parent=None):
        """All bots have the same content, revision by revision: what one runs must not be taken for another's."""
        spec = {"agent": self.name, "author": {"kind": "Human", "name": "ada"}, "files": [{"path": "prompts/system.md", "content": name}]}
        if parent:
            spec["parent"] = f"{self.name}-{parent}"
        return {"apiVersion": "pawl.dev/v1alpha1", "kind": "AgentRevision", "metadata": {"name": f"{self.name}-{name}"}, "spec": spec}

    def propose(self, name, parent):
        self.stage.put(self.revision(name, parent))

    def set_up(self):
        self.stage.put(self.template, self.revision("r1"), self.rollout)

    def serve(self):
        """r1 serves everything."""
        self.set_up()
        self.serves("r1")

    def into_canary(self):
        """r1 serves, and r2 has a share that is in force."""
        self.serve()
        self.propose("r2", "r1")
        self.until(lambda: self.status().get("phase") == "Canary" and self.status().get("weights", {}).get("accepted"))

    def patch(self, spec):
        self.kubectl("patch", "aroll", self.name, "--type=merge", "-p", json.dumps({"spec": spec}))

    def kubectl(self, *arguments, text=None):
        return must(*arguments, "-n", self.stage.namespace, text=text)

    # -- what there is

    def get(self, kind, name=None):
        return self.stage.watched.get(kind, name or self.name) or {}

    def status(self):
        return self.get("aroll").get("status", {})

    def arms(self):
        status = self.status()
        found = {"stable": status.get("stable", {}).get("digest"), "canary": status.get("candidate", {}).get("digest")}
        return found if all(found.values()) else None

    def condition(self, kind, of=None):
        conditions = (self.status() if of is None else of.get("status", {})).get("conditions", [])
        return next((c for c in conditions if c["type"] == kind), {})

    def weights(self, route=None):
        rules = (route or self.get("httproute")).get("spec", {}).get("rules", [{}])
        return {ref["name"].removeprefix(f"{self.name}-"): ref.get("weight", 1) for ref in rules[0].get("backendRefs", [])}

    def outcome(self, revision):
        return next((h for h in self.status().get("history", []) if h["revision"] == f"{self.name}-{revision}"), {})

    # -- what is waited for and checked

    def picture(self):
        status = self.status()
        conditions = [f"{c['type']}={c['status']} {c['reason']}: {c['message']}" for c in status.get("conditions", [])]
        rest = {key: status.get(key) for key in ("phase", "step", "weights", "candidate", "stable", "history")}
        return f"{rest} route {self.weights()}\n    " + "\n    ".join(conditions)

    def until(self, holds, limit=40):
        return self.stage.watched.until(holds, self.picture, limit)

    def says(self, reason, *words, kind="Ready", status="False"):
        """A condition with that reason, whose message has the words."""
        def said():
            found = self.condition(kind)
            return (found.get("reason"), found.get("status")) == (reason, status) and all(word in found["message"] for word in words)
        self.until(said)

    def serves(self, revision):
        """It is what serves, the canary has nothing, and nothing is under way."""
        name = f"{self.name}-{revision}"
        self.until(lambda: self.status().get("stable", {}).get("revision") == name and self.status().get("phase") == "Stable"
                   and self.condition("Ready").get("status") == "True" and self.weights() == {"stable": 10000, "canary": 0})

    def falls_back(self, revision, outcome, reason):
        """The candidate's turn ended so, nobody was blamed, and stable has all of the traffic."""
        self.until(lambda: self.outcome(revision).get("outcome") == outcome and self.status().get("phase") == "Stable")
        check(self.outcome(revision)["reason"], reason)
        check(self.status().get("quarantine", []), [])
        self.until(lambda: self.weights() == {"stable": 10000, "canary": 0})

    def never_rose(self, above):
        """In no version of the route did the canary get more than that."""
        highest = max(self.weights(route).get("canary", 0) for route in self.stage.watched.seen("httproute", self.name))
        assert highest <= above, f"the canary got {highest} of 10000"

    def step(self, sentence, action):
        try:
            action()
        except AssertionError as fault:
            raise AssertionError(f"{self.name}: {sentence}: {fault}") from fault
        print(f"passed {self.name}: {sentence}", flush=True)
        self.told.append(sentence)


def check(found, wanted):
    assert found == wanted, f"{found!r} instead of {wanted!r}"


# --- stories: what is missing -------------------------------------------------------------------------
# A spec that no later version would admit cannot be put in here: the API server judges every write by the CRD that is
# installed, also one through `kubectl replace --raw`. What it cannot judge is what the spec refers to.

def no_template(bot):
    bot.stage.put(bot.revision("r1"), bot.rollout)
    bot.step("without its PodTemplate it says which one to apply", lambda: bot.says("PodTemplateMissing", f"PodTemplate {bot.name}", "apply it"))
    bot.step("and does not claim to serve", lambda: check(bot.condition("Serving")["status"], "False"))
    bot.stage.put(bot.template)
    bot.step("once it is applied the rollout goes on", lambda: bot.serves("r1"))


def no_first_revision(bot):
    bot.rollout["spec"]["initialRevision"] = f"{bot.name}-r1"
    bot.stage.put(bot.template, bot.rollout)
    bot.step("an initial revision that is not there is named", lambda: bot.says("NoInitialRevision", f"{bot.name}-r1", "does not exist"))
    bot.step("and waiting is said not to help", lambda: bot.says("NoInitialRevision", kind="Stalled", status="True"))
    bot.stage.put(bot.revision("r1"))
    bot.step("once it is there the rollout goes on", lambda: bot.serves("r1"))
    bot.propose("r3", "r2")
    r3 = lambda: bot.condition("Accepted", bot.get("arev", f"{bot.name}-r3"))
    bot.step("a revision whose parent is missing waits, and names it",
             lambda: bot.until(lambda: r3().get("reason") == "ParentMissing" and f"{bot.name}-r2" in r3()["message"]))
    bot.propose("r2", "r1")
    bot.step("once the parent is there both get their turn", lambda: bot.until(lambda: bot.outcome("r3").get("outcome") == "Promoted", 60))


def no_gateway(bot):
    bot.rollout["spec"]["traffic"]["gateway"] = {"name": "nobody", "namespace": "pawl-system"}
    bot.set_up()
    bot.step("a route that nobody accepts names the Gateway", lambda: bot.says("RouteNotAccepted", "nobody", "check that its Gateway"))
    bot.step("and carries no share", lambda: check(bot.weights()["canary"], 0))
    bot.patch({"traffic": {"gateway": {"name": "gateway"}}})
    bot.step("with the right Gateway the rollout goes on", lambda: bot.serves("r1"))


def no_route(bot):
    traffic = bot.rollout["spec"]["traffic"]
    adopted = route_of(bot)
    traffic["mode"] = "Adopt"
    del traffic["gateway"], traffic["hostnames"]
    bot.set_up()
    bot.step("a route to adopt that is not there is asked for", lambda: bot.says("RouteUnusable", f"HTTPRoute {bot.name} does not exist", "create it"))
    bot.stage.put(adopted)
    bot.step("once it is there all of it goes to stable", lambda: bot.serves("r1"))


def route_of(bot):
    traffic = bot.rollout["spec"]["traffic"]
    backends = [{"name": traffic[which], "port": 8080} for which in ("stableService", "canaryService")]
    spec = {"parentRefs": [traffic["gateway"]], "hostnames": traffic["hostnames"], "rules": [{"name": "agent", "backendRefs": backends}]}
    return {"apiVersion": "gateway.networking.k8s.io/v1", "kind": "HTTPRoute", "metadata": {"name": bot.name}, "spec": spec}


# --- stories: evidence --------------------------------------------------------------------------------

def unknown_capability(bot):
    bot.rollout["spec"]["evidence"]["capabilities"].append({"name": "biling"})
    bot.into_canary()
    bot.step("a required capability that nobody scores holds the share, and is named", lambda: bot.says("CapabilityMissing", "biling", "spec.evidence.capabilities"))
    bot.step("the share stays at the first step", lambda: bot.never_rose(500))
    bot.patch({"evidence": {"capabilities": [{"name": "help"}]}})
    bot.step("with the name corrected it is promoted", lambda: bot.serves("r2"))


def spoilt(fault):
    def story(bot):
        bot.feed.fault = fault
        bot.into_canary()
        bot.step("the share is held, and the message says that the counters cannot be used", lambda: bot.says("EvidenceInvalid", "cannot be used"))
        bot.feed.wait_for_answers(5)
        bot.step("nothing rose and nobody is blamed", lambda: (bot.never_rose(500), check(bot.status()["phase"], "Canary")))
        bot.feed.fault = None
        bot.step("with sound counters it is promoted", lambda: bot.serves("r2"))
    return story


def counters_reset(bot):
    bot.rollout["spec"]["steps"][1]["soak"] = "4s"
    bot.into_canary()
    bot.until(lambda: bot.weights().get("canary") == 5000)
    bot.feed.fault = "reset"
    bot.step("a scorer that starts again is no loss: the candidate is promoted", lambda: bot.serves("r2"))
    bot.step("and the counters did start again", lambda: check(bot.feed.fault, None))
    bot.step("and nobody was blamed on the way", lambda: check([h["outcome"] for h in bot.status()["history"]], ["Promoted"]))


def prometheus_outage(bot):
    bot.feed.outage = "html"
    bot.into_canary()
    for outage in ("html", "500", "nothing"):
        bot.feed.outage = outage
        bot.feed.wait_for_answers(20)
        bot.step(f"Prometheus that answers {outage} is stale evidence", lambda: bot.says("EvidenceStale", "nobody is blamed", kind="EvidenceFresh"))
        bot.step(f"and freezes the share ({outage})", lambda: (bot.never_rose(500), check(bot.weights()["canary"], 500)))
    bot.step("what to look at is said", lambda: bot.says("EvidenceStale", "metrics source", f"Prometheus at {bot.prometheus}"))
    bot.feed.outage = None
    bot.step("when it is back the candidate is promoted", lambda: bot.serves("r2"))


# --- stories: candidates ------------------------------------------------------------------------------

def never_ready(bot):
    bot.rollout["spec"]["analysis"]["maxDuration"] = "5s"
    bot.serve()
    bot.stage.pods.sick.add(bot.name)
    bot.propose("r2", "r1")
    bot.step("a candidate that does not become ready is waited for", lambda: bot.says("CandidateStarting", f"{bot.name}-r2", "ready"))
    bot.step("until the time is over, and nobody is blamed", lambda: bot.falls_back("r2", "Inconclusive", "DeadlineExceeded"))
    bot.step("it never had a share", lambda: bot.never_rose(0))
    bot.stage.pods.sick.discard(bot.name)
    bot.patch({"analysis": {"maxDuration": "2m"}})
    bot.propose("r3", "r1")
    bot.step("the next revision has its turn", lambda: bot.serves("r3"))


def wrong_digest(bot):
    bot.serve()
    bot.stage.pods.liars.add(bot.name)
    bot.propose("r2", "r1")
    bot.step("T5 a pod that serves another bundle is named, and what to do", lambda: bot.says("WrongDigest", f"pod {bot.name}-", "mountPath"))
    bot.step("T5 it gets no share", lambda: bot.never_rose(0))
    bot.stage.pods.liars.discard(bot.name)
    bot.kubectl("delete", "pod", "-l", f"pawl.dev/rollout={bot.name},pawl.dev/revision={bot.status()['candidate']['digest'][:63]}")
    bot.step("a pod that serves its own goes on", lambda: bot.serves("r2"))


def revision_deleted(bot):
    bot.feed.outage = "html"  # it stays where it is
    bot.into_canary()
    bot.kubectl("delete", "arev", f"{bot.name}-r2")
    bot.step("a revision that is deleted while it is judged gives its share back", lambda: bot.falls_back("r2", "Withdrawn", "RevisionDeleted"))
    bot.step("what it ran is removed", lambda: bot.until(lambda: len(deployments(bot)) == 1))
    bot.feed.outage = None
    bot.propose("r3", "r1")
    bot.step("the next revision has its turn", lambda: bot.serves("r3"))


def deployments(bot):
    return [d["metadata"]["name"] for d in bot.stage.watched.all("deployment") if d["metadata"]["labels"].get("pawl.dev/rollout") == bot.name]


def rollout_deleted(bot):
    bot.feed.outage = "html"
    bot.into_canary()
    bot.kubectl("delete", "aroll", bot.name, "--wait=false")
    bot.step("a rollout that is deleted in the middle of a canary goes away", lambda: bot.until(lambda: not bot.get("aroll")))
    bot.step("its share went back first", lambda: check(bot.weights(bot.stage.watched.seen("httproute", bot.name)[-1]), {"stable": 10000, "canary": 0}))
    gone = lambda: not any(bot.get("service", f"{bot.name}-{which}") for which in ("stable", "canary")) and not deployments(bot) and not bot.get("httproute")
    bot.step("all that it made is collected", lambda: bot.until(gone))


def paused(bot):
    bot.into_canary()
    bot.patch({"paused": True})
    bot.step("a pause says so", lambda: bot.says("Paused", "nothing moves"))
    held = bot.status()["weights"]
    bot.feed.wait_for_answers(15)
    bot.step("T1 the weight of the status is the route's all through the pause", lambda: check(
        (bot.status()["weights"]["desired"], bot.status()["weights"].get("accepted")), (bot.weights()["canary"], held.get("accepted"))))
    bot.step("T1 nothing moved", lambda: check(bot.status()["weights"]["desired"], held["desired"]))
    bot.patch({"paused": False})
    bot.step("after the pause it is promoted", lambda: bot.serves("r2"))
    digest = bot.status()["stable"]["digest"]
    bot.step("T12 all endpoints of the stable Service serve the new bundle", lambda: bot.until(lambda: set(endpoint_digests(bot)) == {digest[:63]}))


def endpoint_digests(bot):
    service = f"{bot.name}-stable"
    slices = [s for s in bot.stage.watched.all("endpointslice") if s["metadata"]["labels"].get("kubernetes.io/service-name") == service]
    names = [e["targetRef"]["name"] for s in slices for e in s.get("endpoints") or [] if e["conditions"].get("ready")]
    return [bot.get("pod", name).get("metadata", {}).get("labels", {}).get("pawl.dev/revision") for name in names]


# --- stories: others ----------------------------------------------------------------------------------

def two_on_one_route(bot):
    bot.serve()
    before = bot.get("httproute")
    wait_for_the_next_second(before)
    second = Bot(bot.stage, "a-" + bot.name)  # first by name, but not there first
    second.rollout["spec"]["traffic"]["route"]["name"] = bot.name
    second.set_up()
    bot.step("the second rollout on a route is told who drives it", lambda: second.says("RouteClaimed", f"AgentRollout {bot.name}", "another"))
    bot.step("and that waiting does not help", lambda: second.says("RouteClaimed", kind="Stalled", status="True"))
    bot.step("the second touches nothing", lambda: check((deployments(second), second.get("service", f"{second.name}-stable")), ([], {})))
    bot.step("the route is as it was", lambda: check(bot.get("httproute")["spec"], before["spec"]))
    bot.propose("r2", "r1")
    bot.step("the first is not disturbed", lambda: bot.serves("r2"))
    second.patch({"traffic": {"route": {"name": second.name}}})
    bot.step("with a route of its own the second goes on", lambda: second.serves("r1"))


def wait_for_the_next_second(found):
    """Times of creation have no parts of seconds."""
    made = datetime.datetime.fromisoformat(found["metadata"]["creationTimestamp"].replace("Z", "+00:00")).timestamp()
    while time.time() < made + 1:
        time.sleep(0.05)


def foreign_service(bot):
    theirs = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": f"{bot.name}-stable"}, "spec": {"selector": {"app": "theirs"}, "ports": [{"port": 8080}]}}
    bot.stage.put(theirs)
    bot.set_up()
    bot.step("a Service of that name that is not ours is said", lambda: bot.says("ServiceNotOurs", f"{bot.name}-stable", "another name"))
    bot.step("and not touched", lambda: check(bot.get("service", f"{bot.name}-stable")["spec"]["selector"], {"app": "theirs"}))
    bot.kubectl("delete", "service", f"{bot.name}-stable")
    bot.step("once it is gone the rollout goes on", lambda: bot.serves("r1"))


def contention(bot):
    bot.feed.outage = "html"
    bot.into_canary()
    weights = lambda: (0, 10000) if bot.get("httproute")["spec"]["rules"][0]["backendRefs"][0]["name"].endswith("canary") else (10000, 0)
    patch = [{"op": "replace", "path": f"/spec/rules/0/backendRefs/{i}/weight", "value": weight} for i, weight in enumerate(weights())]
    bot.kubectl("patch", "httproute", bot.name, "--type=json", "--field-manager=gitops", "-p", json.dumps(patch))
    named = lambda: [o for o in bot.stage.watched.seen("aroll", bot.name)
                     if bot.condition("WeightsVerified", o).get("reason") == "RouteContention" and "gitops changes the weights" in bot.condition("WeightsVerified", o)["message"]]
    bot.step("who writes the weights as well is named", lambda: bot.until(named))
    bot.step("the weights are put back", lambda: bot.until(lambda: bot.weights() == {"stable": 9500, "canary": 500}))
    bot.feed.outage = None
    bot.step("when it stops the candidate is promoted", lambda: bot.serves("r2"))


# --- stories that concern every rollout: told after the others ----------------------------------------

def right_missing(bot):
    bot.serve()
    rule = next(i for i, r in enumerate(bot.stage.roles[0]["rules"]) if r["resources"] == ["httproutes"])
    set_verbs(bot.stage, rule, ["get", "list", "watch", "create"])
    bot.propose("r2", "r1")
    bot.step("a right that is missing is said with verb and resource", lambda: bot.says("Forbidden", "patch", "httproutes", "cluster_role.yaml"))
    bot.step("the traffic stays on stable", lambda: check(bot.weights()["canary"], 0))
    set_verbs(bot.stage, rule, bot.stage.roles[0]["rules"][rule]["verbs"])
    bot.step("once it is granted the candidate is promoted", lambda: bot.serves("r2"))


def right_missing_at_start(bot):
    bot.serve()
    rule = next(i for i, r in enumerate(bot.stage.roles[0]["rules"]) if r["resources"] == ["podtemplates"])
    bot.stage.kill_operator()
    set_verbs(bot.stage, rule, ["get"])
    bot.stage.start_operator()
    bot.propose("r2", "r1")
    bot.step("a list that is refused from the beginning is said with verb and resource", lambda: bot.says("Forbidden", "list", "podtemplates", "cluster_role.yaml"))
    bot.step("the traffic stays on stable", lambda: check(bot.weights()["canary"], 0))
    set_verbs(bot.stage, rule, bot.stage.roles[0]["rules"][rule]["verbs"])
    bot.step("once it is granted the candidate is promoted", lambda: bot.serves("r2"))


def set_verbs(stage, rule, verbs):
    patch = [{"op": "replace", "path": f"/rules/{rule}/verbs", "value": verbs}]
    must("patch", "clusterrole", stage.roles[0]["metadata"]["name"], "--type=json", "-p", json.dumps(patch))


def killed(bot):
    bot.rollout["spec"]["steps"][0]["soak"] = "3s"
    bot.into_canary()
    bot.stage.kill_operator()
    bot.step("a killed operator leaves the share as it was", lambda: check(bot.weights()["canary"], 500))
    bot.stage.start_operator()
    bot.step("the next one ends what it began", lambda: bot.serves("r2"))
    bot.step("and the steps were taken in order", lambda: check(rising(bot), [500, 5000, 10000]))


def rising(bot):
    """The shares that the route had on the way up, without repetition."""
    shares = [bot.weights(route).get("canary", 0) for route in bot.stage.watched.seen("httproute", bot.name)]
    return [b for a, b in zip(shares, shares[1:]) if b > a]


TOGETHER = {
    "no-template": no_template, "no-revision": no_first_revision, "no-gateway": no_gateway, "no-route": no_route,
    "capability": unknown_capability, "nan": spoilt("nan"), "negative": spoilt("negative"), "huge": spoilt("huge"), "duplicate": spoilt("duplicate"),
    "reset": counters_reset, "outage": prometheus_outage, "never-ready": never_ready, "wrong-digest": wrong_digest,
    "revision-deleted": revision_deleted, "rollout-deleted": rollout_deleted, "paused": paused, "route": two_on_one_route,
    "service": foreign_service, "contention": contention,
}
ALONE = {"right": right_missing, "right-at-start": right_missing_at_start, "killed": killed}


# --- telling ------------------------------------------------------------------------------------------

def tell(stage, name, story):
    """(sentences told, the fault if there was one)"""
    bot = Bot(stage, name)
    try:
        story(bot)
        if stage.pawl and bot.get("aroll"):
            bot.step("the chain of its decisions is whole", lambda: chain_holds(bot))
        return len(bot.told), None
    except AssertionError as fault:
        told = str(fault) if str(fault).startswith(bot.name) else f"{bot.name}: {fault}"
        print(f"FAILED {told}", flush=True)
        return len(bot.told), told


def chain_holds(bot):
    done = subprocess.run([bot.stage.pawl, "provenance", "verify", bot.name, "-n", bot.stage.namespace], text=True, capture_output=True, timeout=30, check=False)
    check((done.returncode, done.stderr), (0, ""))


def tell_all(stage, wanted):
    chosen = lambda stories: [(name, story) for name, story in stories.items() if not wanted or name in wanted]
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        results = list(pool.map(lambda named: tell(stage, *named), chosen(TOGETHER)))
    return results + [tell(stage, name, story) for name, story in chosen(ALONE)]


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # leave nothing running
    operator, *rest = sys.argv[1:]
    pawl = rest.pop(0) if rest and os.sep in rest[0] else None
    began = time.monotonic()
    with own_namespace("bad-weather") as namespace:
        stage = Stage(namespace, (operator, pawl if pawl and pathlib.Path(pawl).exists() else None))
        try:
            results = tell_all(stage, rest)
            if any(fault for _, fault in results):
                print(stage.operator.said()[-6000:])
        finally:
            stage.close()
    told, failed = sum(count for count, _ in results), sum(1 for _, fault in results if fault)
    print(f"{told} passed, {failed} failed in {time.monotonic() - began:.0f} s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
