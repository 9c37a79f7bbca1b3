#!/usr/bin/env python3
"""Asks a real API server to refuse every case of tests/data/invalid_objects.yaml, and to accept the examples.

Needs $KUBECONFIG and, if kubectl is not on the PATH, $KUBECTL. Installs the CRDs of this tree. Objects are sent as
dry runs; only what the cases with `update` start from is stored, in a namespace made for it and removed.
"""
import copy
import json
import re
import sys
import time

import yaml

from cluster import ROOT, install_crds, kubectl, own_namespace

DATA = ROOT / "tests" / "data"


def walk(document, pointer):
    """The container and the last key of a JSON pointer; an integer key for lists."""
    *way, last = pointer.strip("/").split("/")
    for part in way:
        document = document[int(part)] if isinstance(document, list) else document[part]
    return document, int(last) if isinstance(document, list) and last != "-" else last


FIELD = re.compile(r"\b(?:spec|metadata|status)[.\[][A-Za-z0-9]|: spec: ")  # a path, or the whole spec


def edited(base, case):
    document = copy.deepcopy(base)
    for pointer, value in case.get("set", {}).items():
        container, key = walk(document, pointer)
        if key == "-":
            container.append(value)
        else:
            container[key] = value
    for pointer in case.get("remove", []):
        container, key = walk(document, pointer)
        del container[key]
    return document


def send(document, verb="create", dry_run=True):
    arguments = [verb, "-f", "-", "--validate=strict"] + (["--dry-run=server"] if dry_run else [])
    return kubectl(*arguments, text=json.dumps(document))


def check(case, bases):
    """Nothing if the case is refused as it says, else what happened instead."""
    document = edited(bases[case["base"]], case)
    accepted, answer = send(document, "replace" if case.get("update") else "create")
    if accepted:
        return "was accepted"
    if case["message"] not in answer:
        return f"the answer lacks {case['message']!r}:\n{answer}"
    return None if FIELD.search(answer) else f"the answer names no field:\n{answer}"


def load(name, namespace):
    document = yaml.safe_load((DATA / name).read_text())
    document["metadata"]["namespace"] = namespace
    return document


def until_validated(cases, bases):
    """The validation of a changed CRD reaches the server's handlers a moment after Established."""
    end = time.monotonic() + 10
    first = {case["base"]: case for case in reversed(cases) if not case.get("update")}
    while any(check(case, bases) for case in first.values()) and time.monotonic() < end:
        time.sleep(0.05)


def results_of(plan, namespace):
    """Sentences, each with nothing or what happened instead."""
    bases = {name: load(file, namespace) for name, file in plan["bases"].items()}
    until_validated(plan["cases"], bases)
    results = []
    try:
        for name in sorted(DATA.glob("m*imal_*.yaml")):
            accepted, answer = send(load(name.name, namespace))
            results.append((f"{name.name} is accepted", None if accepted else answer))
        # A refusal for "cannot be changed" means something only if the stored object itself is fine.
        for name in sorted({case["base"] for case in plan["cases"] if case.get("update")}):
            stored, answer = send(bases[name], dry_run=False)
            results.append((f"the {name} to be changed is stored", None if stored else answer))
        results.extend((case["name"] + " is refused", check(case, bases)) for case in plan["cases"])
    finally:
        kubectl("delete", "agentrevisions,agentrollouts,evalsuites", "--all", "--namespace", namespace)
    return results


def main():
    install_crds()
    with own_namespace("crd-refusals") as namespace:
        results = results_of(yaml.safe_load((DATA / "invalid_objects.yaml").read_text()), namespace)
    for name, fault in results:
        if fault:
            print(f"FAILED {name}: {fault}")
    failed = sum(1 for _, fault in results if fault)
    print(f"{len(results) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
