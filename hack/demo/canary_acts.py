"""Acts a to h: the canary decides."""
import json
import os
import signal
import time

from moves import condition, evidence_of, promoted, propose, read, rewrite, taken_back
from stage import BUNDLES, CLUSTER, PAWL, ROLLOUT, expect, run, say


def act_a(world):
    propose(world, "r1", None, os.path.join(BUNDLES, "r1"))
    promoted(world, "r1", 60)
    world.start_load()


def act_b(world):
    failures_seen(world)
    header = "Authorization: Bearer " + "".join(read(world.token_of("support-bot")))
    code = run(*CLUSTER, "run", "curl", "-s", "-o", "/dev/null", "-w", "%{http_code}", "-H", header, "http://10.199.0.1:8090/failures")
    expect(code == "403", "the agent itself cannot read failures, what customers wrote to others among them; its proposer can")
    world.bundle = rewrite(world, "r2", "r1", os.path.join(BUNDLES, "r1"), 2, "--focus", "policy-questions,language")
    promoted(world, "r2")
    climbed = sorted(world.shares_of("r2"))
    expect(len(climbed) > 3, "it climbed: " + ", ".join(f"{share / 100:g}%" for share in climbed))
    means = overall_means(world)
    expect(means["r2"] > means["r1"], f"the overall mean rose from {means['r1']:.3f} to {means['r2']:.3f}")
    rate = sum(value for _, value in world.prometheus("sum(rate(pawl_interactions_total[20s]))"))
    expect(rate >= 200, f"{rate:.0f} interactions a second come through the gateway and are scored")


def failures_seen(world):
    """The agent learns from failures, so some must have happened: one of every capability that fails."""
    world.until("graded interactions", lambda: sum(v for _, v in world.prometheus("sum(pawl_score_count_total)")) > 2500, 60)


def overall_means(world, only=""):
    """By revision, over all capabilities."""
    names = {revision["status"]["digest"][:63]: name for name, revision in world.revisions.objects.items() if "digest" in revision.get("status", {})}
    query = "sum by (revision) (pawl_score_sum_total{%s}) / sum by (revision) (pawl_score_count_total{%s})" % (only, only)
    return {names[metric["revision"]]: value for metric, value in world.prometheus(query) if metric.get("revision") in names}


def act_c(world):
    rewrite(world, "r3", "r2", world.bundle, 1)
    revision = taken_back(world, "r3")
    expect("escalation" in evidence_of(revision), f"the capability is named: {evidence_of(revision)}")
    means = overall_means(world, f'rollout="agents/{ROLLOUT}/2"')
    expect(means["r3"] > means["r2"], f"the overall mean had risen from {means['r2']:.3f} to {means['r3']:.3f}")
    expect(world.status()["stable"]["revision"] == "r2", "exactly one edit is undone: r2 is stable")


def act_d(world):
    same = json.loads(run(*CLUSTER, "kubectl", "-n", "agents", "get", "arev", "r3", "-o", "json"))
    copy = {"apiVersion": same["apiVersion"], "kind": same["kind"], "metadata": {"name": "r3-again", "namespace": "agents"}, "spec": same["spec"]}
    run(*CLUSTER, "kubectl", "--kubeconfig", world.kubeconfig("proposer"), "create", "-f", "-", stdin=json.dumps(copy))
    world.until("r3-again refused", lambda: world.phase_of("r3-again") == "Rejected", 30)
    reason = next(c["reason"] for c in world.revision("r3-again")["conditions"] if c["type"] == "Accepted")
    expect(reason == "Quarantined", "the same content under another name is refused: Quarantined")


def act_e(world):
    propose(world, "r4", "r2", os.path.join(BUNDLES, "r4"))
    revision = taken_back(world, "r4")
    expect("pii" in evidence_of(revision), f"the guardrail took it back: {evidence_of(revision)}")
    leaks = int(evidence_of(revision).split()[0])
    expect(leaks <= 3, f"at once: after {leaks}")


def act_f(world):
    propose(world, "r5", "r2", os.path.join(BUNDLES, "r5"))
    world.until("r5 is judged", lambda: world.phase_of("r5") == "Canary" and condition(world, "EvidenceFresh") == "True", 60)
    run(*CLUSTER, "stop-part", "prometheus")
    say("  Prometheus is stopped")
    world.until("the evidence is stale", lambda: condition(world, "EvidenceFresh") == "False", 60)
    frozen = world.status()["weights"]["desired"]
    time.sleep(6)  # longer than a step's soak: with evidence the share would have risen by now
    expect(world.status()["weights"]["desired"] == frozen, f"the weight is frozen at {frozen / 100:g}%")
    expect(world.phase_of("r5") == "Canary", "nothing is blamed")
    run(*CLUSTER, "start-part", "prometheus")
    say("  Prometheus is back")
    promoted(world, "r5")


def act_g(world):
    propose(world, "r6", "r5", os.path.join(BUNDLES, "r6"))
    world.until("r6 on its second step", lambda: world.status().get("step", -1) >= 1 and world.status().get("candidate", {}).get("revision") == "r6", 90)
    pids = run("pgrep", "-f", f"pawl-operator --kubeconfig {world.kubeconfig('operator')}").split()
    for pid in pids:
        os.kill(int(pid), signal.SIGKILL)
    world.programs["operator"].wait()
    say("  the operator is killed with SIGKILL")
    world.start_operator()
    promoted(world, "r6", 200)
    replayed = json.loads(run(*CLUSTER, "run", PAWL, "replay", ROLLOUT, "--namespace", "agents", "--output", "json"))
    expect(replayed["bitEqual"], f"the new operator folded the {replayed['samples']} samples to what they give now: log e {replayed['replayed']['logE']:.3f}, to the last bit")


def act_h(world):
    propose(world, "spoof", "r6", os.path.join(BUNDLES, "spoof"))
    revision = taken_back(world, "spoof", 200)
    expect("escalation" in evidence_of(revision), f"failures booked under another name still count for the sender: {evidence_of(revision)}")
    propose(world, "silent", "r6", os.path.join(BUNDLES, "silent"))
    revision = taken_back(world, "silent", 220)
    expect(world.status()["stable"]["revision"] == "r6", f"silence gains nothing: {evidence_of(revision)}")
