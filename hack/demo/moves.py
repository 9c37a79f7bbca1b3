"""What acts are made of: an edit is proposed, and is promoted or taken back."""
import json
import os
import re
import tempfile

from stage import BUILD, CLUSTER, ROOT, expect, run, say


def propose(world, name, parent, bundle):
    """Creates a revision as the proposer, whose identity may create proposals and nothing else."""
    text = run(os.path.join(ROOT, "hack/demo/revision"), name, bundle, parent) if parent else run(os.path.join(ROOT, "hack/demo/revision"), name, bundle)
    proposer = "proposer" if parent else "admin"
    run(*CLUSTER, "kubectl", "--kubeconfig", world.kubeconfig(proposer), "create", "-f", "-", stdin=text)


def rewrite(world, name, parent, bundle, edits, *more):
    """The agent rewrites its own prompt from the failures that the scorer kept, and proposes the result."""
    out = tempfile.mkdtemp(prefix="pawl-bundle-")
    manifest = run(*CLUSTER, "run", os.path.join(BUILD, "hack/demo/pawl-demo-proposer"), "--bundle", bundle, "--scorer", "http://10.199.0.1:8090",
                   "--token-file", world.token_of("proposer"), "--graders", os.path.join(ROOT, "hack/demo/scorer.yaml"), "--edits", str(edits), "--out", out, "--parent", parent,
                   "--name", name, "--namespace", "agents", *more)
    tell_edit(bundle, out)
    for before, after, of in re.findall(r"lifts the dev cases from (\d+) to (\d+) of (\d+)", manifest):
        say(f"  on the {of} dev cases: {before} right, then {after}")
    run(*CLUSTER, "kubectl", "--kubeconfig", world.kubeconfig("proposer"), "create", "-f", "-", stdin=manifest)
    return out


def tell_edit(bundle, out):
    before = read(os.path.join(bundle, "prompt/system.md"))
    for line in read(os.path.join(out, "prompt/system.md")):
        if line not in before:
            say(f"  the agent adds to its prompt: {line.strip()!r}")


def read(path):
    with open(path, encoding="utf-8") as text:
        return text.readlines()


def share_in_route(world):
    route = json.loads(run(*CLUSTER, "kubectl", "-n", "agents", "get", "httproute", "support-bot", "-o", "json"))
    refs = route["spec"]["rules"][0]["backendRefs"]
    return next(ref["weight"] for ref in refs if ref["name"].endswith("-canary"))


def taken_back(world, name, limit=150):
    world.until(f"{name} taken back", lambda: world.phase_of(name) in ("RolledBack", "Inconclusive") and world.status().get("phase") == "Stable", limit)
    expect(share_in_route(world) == 0, f"the share of {name} is 0 at the gateway's route")
    return world.revisions.objects[name]


def promoted(world, name, limit=170):
    world.until(f"{name} promoted", lambda: world.status().get("stable", {}).get("revision") == name and world.status().get("phase") == "Stable", limit)
    expect(True, f"{name} serves all traffic")


def evidence_of(revision):
    return revision["metadata"].get("annotations", {}).get("pawl.dev/evidence", "")


def condition(world, kind):
    return next((c["status"] for c in world.status().get("conditions", []) if c["type"] == kind), None)
