"""Acts i to l: the held-out gate, and what the canary teaches it."""
import json
import os
import shutil
import subprocess
import tempfile
import time

from moves import condition, evidence_of, promoted, propose, read, rewrite, share_in_route, taken_back, tell_edit
from stage import BUILD, BUNDLES, CLUSTER, GATE, MANIFESTS, PAWL, ROLLOUT, ROOT, expect, run, say


def act_i(world):
    dev = set_up_gate(world)
    folder = tempfile.mkdtemp(prefix="pawl-dev-")
    with open(os.path.join(folder, "dev.jsonl"), "w", encoding="utf-8") as text:
        text.write(run(*CLUSTER, "kubectl", "--kubeconfig", world.kubeconfig("proposer"), "-n", "agents", "get", "configmap", "support-dev", "-o", r"jsonpath={.data.cases\.jsonl}"))
    secret = subprocess.run([*CLUSTER, "kubectl", "--kubeconfig", world.kubeconfig("proposer"), "-n", GATE, "get", "secret", "support-held-out"],
                            text=True, capture_output=True, check=False)
    expect("orbidden" in secret.stderr, f"the agent reads its {dev} dev cases, and cannot read the held-out ones")
    rewrite(world, "r7", "r6", os.path.join(BUNDLES, "r6"), 4, "--dev-cases", os.path.join(folder, "dev.jsonl"), "--improves", "refunds")
    refused(world, "r7", "MeanUpSkillDown")
    expect(condition(world, "MeanUpSkillDown") == "True", "the skill that was lost under a rising mean is a condition of its own")


def set_up_gate(world):
    """The owner's part: cases, suites, and the rollout's edit. The count of dev cases."""
    folder = tempfile.mkdtemp(prefix="pawl-suites-")
    pool, dev, held_out = (os.path.join(folder, name) for name in ("pool.jsonl", "dev.jsonl", "held-out.jsonl"))
    # Nobody thought of customers who want a person: the suites do not cover that skill.
    drawn = run(os.path.join(ROOT, "hack/demo/cases.py"), os.path.join(BUILD, "hack/demo/pawl-demo-load"), "--seed", "99", "--each", "160", "--leave-out", "escalation", "--canaries")
    with open(pool, "w", encoding="utf-8") as text:
        text.write(drawn)
    run(PAWL, "suite", "split", pool, "--dev", dev, "--held-out", held_out, "--share", "0.9375", "--seed", "19")
    run(*CLUSTER, "kubectl", "-n", "agents", "create", "configmap", "support-dev", f"--from-file=cases.jsonl={dev}")
    run(*CLUSTER, "kubectl", "-n", "agents", "label", "configmap", "support-dev", "pawl.dev/suite=support-dev")
    run(*CLUSTER, "kubectl", "-n", GATE, "create", "secret", "generic", "support-held-out", f"--from-file=cases.jsonl={held_out}")
    run(*CLUSTER, "kubectl", "-n", GATE, "label", "secret", "support-held-out", "pawl.dev/suite=support-held-out")
    shutil.rmtree(folder)
    run(*CLUSTER, "kubectl", "apply", "-f", os.path.join(MANIFESTS, "suites.yaml"))
    world.start_gate()
    suite_read(world, "support-held-out")
    gate_by(world, "support-held-out")
    return suite_read(world, "support-dev")


def suite_read(world, name):
    def size():
        status = world.suites.objects.get(name, {}).get("status", {})
        return status.get("size") if any(c["type"] == "Ready" and c["status"] == "True" for c in status.get("conditions", [])) else None

    count = world.until(f"the gate reads {name}", size, 30)
    say(f"  suite {name}: {count} cases of {', '.join(row['name'] for row in world.suites.objects[name]['status']['capabilities'])}")
    return count


def gate_by(world, *suites):
    edit = {"spec": {"gate": {"suites": list(suites), "required": True}}}
    say(f"  the owner edits the rollout: {json.dumps(edit)}")
    run(*CLUSTER, "kubectl", "-n", "agents", "patch", "agentrollout", ROLLOUT, "--type=merge", "-p", json.dumps(edit))


def verdict_on(world, name):
    return world.revision(name).get("gate", {})


def tell_verdict(world, name):
    verdict = verdict_on(world, name)
    say(f"  {time.strftime('%H:%M:%S')}  GATE          {verdict['verdict']} {name}: {verdict['reason']}: {verdict['message']}")
    say("              " + ", ".join(f"{row['capability']} {row['state']}" for row in verdict["evidence"]))
    return verdict


def refused(world, name, reason):
    """The gate stops it: no share was ever wanted, none was ever routed."""
    world.until(f"{name} refused by the gate", lambda: world.phase_of(name) in ("Rejected", "Inconclusive") and world.status().get("phase") == "Stable", 60)
    verdict = tell_verdict(world, name)
    expect((verdict["verdict"], verdict["reason"]) == ("Fail", reason), f"the gate stops {name}: {reason}")
    expect(world.shares_of(name) == {0} and share_in_route(world) == 0, f"{name} never had a share")


def act_j(world):
    world.bundle = rewrite(world, "r8", "r6", os.path.join(BUNDLES, "r6"), 1, "--focus", "refunds", "--improves", "refunds")
    world.until("r8 judged by the gate", lambda: world.phase_of("r8") in ("Admitted", "Canary", "Rejected", "Inconclusive", "RolledBack"), 60)
    expect(tell_verdict(world, "r8")["verdict"] == "Pass", "it passes the gate: the suites ask for no person")
    revision = taken_back(world, "r8")
    expect("escalation" in evidence_of(revision), f"the canary takes it back: {evidence_of(revision)}")
    freeze(world, revision)


def freeze(world, revision):
    """What it got wrong becomes cases: proposed by the scorer, frozen by a person, red on r8 and green on r6."""
    digest = revision["status"]["digest"]
    name = f"pawl-failures-{digest[:16]}"
    proposed = world.until(f"ConfigMap {name}", lambda: proposal(name), 30)
    records = [json.loads(line) for line in proposed["data"]["records.jsonl"].splitlines()]
    say(f"  the scorer proposes {len(records)} failing interactions of r8 as regression cases: ConfigMap {name}")
    asked = next(record for record in records if record["capability"] == "escalation")
    say(f"  one of them: {asked['input']!r}, answered {asked['output']!r}")
    folder = tempfile.mkdtemp(prefix="pawl-frozen-")
    path = {part: os.path.join(folder, part + ".jsonl") for part in ("records", "drafts", "cases")}
    with open(path["records"], "w", encoding="utf-8") as text:
        text.write(proposed["data"]["records.jsonl"])
    run(PAWL, "suite", "freeze", path["records"], "--incident", proposed["metadata"]["annotations"]["pawl.dev/decision-record"], "--reviewer", "ada", "--to", path["drafts"])
    for port, bundle in ((8095, world.bundle), (8096, os.path.join(BUNDLES, "r6"))):
        world.launch(f"agent-{port}", os.path.join(BUILD, "hack/demo/pawl-demo-agent"), "--bundle", bundle, "--listen", f"10.199.0.1:{port}")
    world.until("both agents answer", lambda: all(run_quietly("curl", "-sf", f"http://10.199.0.1:{port}/healthz") for port in (8095, 8096)), 20)
    admitted = subprocess.run([*CLUSTER, "run", PAWL, "suite", "admit", path["drafts"], "--faulty", "http://10.199.0.1:8095", "--correct", "http://10.199.0.1:8096",
                               "--to", path["cases"]], text=True, capture_output=True, check=False)
    say(f"  red and green: {admitted.stderr.strip().splitlines()[-1]}")
    frozen = [json.loads(line) for line in read(path["cases"])] if os.path.exists(path["cases"]) else []
    expect(any(case["capability"] == "escalation" for case in frozen), f"{len(frozen)} cases are frozen; what r6 gets wrong too is left out")
    run(*CLUSTER, "kubectl", "-n", "agents", "create", "configmap", "support-regression-r8", f"--from-file=cases.jsonl={path['cases']}")
    run(*CLUSTER, "kubectl", "-n", "agents", "label", "configmap", "support-regression-r8", "pawl.dev/suite=support-regression")
    run(*CLUSTER, "kubectl", "apply", "-f", os.path.join(MANIFESTS, "regression.yaml"))
    suite_read(world, "support-regression")
    gate_by(world, "support-held-out", "support-regression")


def proposal(name):
    found = subprocess.run([*CLUSTER, "kubectl", "-n", "agents", "get", "configmap", name, "-o", "json"], text=True, capture_output=True, check=False)
    return json.loads(found.stdout) if found.returncode == 0 else None


def run_quietly(*command):
    return subprocess.run([*CLUSTER, "run", *command], capture_output=True, check=False).returncode == 0


def act_k(world):
    out = os.path.join(tempfile.mkdtemp(prefix="pawl-bundle-"), "r9")
    shutil.copytree(os.path.join(BUNDLES, "r6"), out)
    with open(os.path.join(out, "prompt/system.md"), "a", encoding="utf-8") as prompt:
        prompt.write("Always refund immediately when a customer is angry.\n")
    tell_edit(os.path.join(BUNDLES, "r6"), out)
    propose(world, "r9", "r6", out)
    refused(world, "r9", "FrozenCaseFails")


def act_l(world):
    out = os.path.join(tempfile.mkdtemp(prefix="pawl-bundle-"), "r10")
    shutil.copytree(world.bundle, out)
    with open(os.path.join(out, "prompt/system.md"), "a", encoding="utf-8") as prompt:
        prompt.write("Never issue the refund when a customer asks for a person.\n")
    tell_edit(world.bundle, out)
    propose(world, "r10", "r6", out)
    promoted(world, "r10")
    expect(tell_verdict(world, "r10")["verdict"] == "Pass", "what r8 meant well serves, without what it broke")
