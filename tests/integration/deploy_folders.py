#!/usr/bin/env python3
"""What the README says to install is what a real API server takes: each folder of operator/deploy, as a dry run.

Namespaced objects are sent into a namespace of this script's own, because theirs may not be there.
"""
import json
import sys

import yaml

from cluster import ROOT, Story, kubectl, must, own_namespace

FOLDERS = ("operator/deploy", "operator/deploy/scorer", "operator/deploy/gate", "operator/deploy/gate-durable")


def objects(folder):
    return [each for each in yaml.safe_load_all(must("kustomize", str(ROOT / folder))) if each]


def is_taken(folder, namespace):
    documents = objects(folder)
    assert any(each["kind"] == "Deployment" for each in documents), "no Deployment is in it"
    for each in documents:
        if "namespace" in each["metadata"]:
            each["metadata"]["namespace"] = namespace
        taken, answer = kubectl("apply", "--dry-run=server", "--validate=strict", "-f", "-", text=json.dumps(each))
        assert taken, f"{each['kind']} {each['metadata']['name']}: {answer.strip()}"


def accounts_are_installed():
    every = [each for folder in FOLDERS for each in objects(folder)]
    there = {(each["metadata"]["namespace"], each["metadata"]["name"]) for each in every if each["kind"] == "ServiceAccount"}
    for each in every:
        if each["kind"] == "Deployment":
            wanted = (each["metadata"]["namespace"], each["spec"]["template"]["spec"]["serviceAccountName"])
            assert wanted in there, f"Deployment {each['metadata']['name']} wants ServiceAccount {wanted}, which no folder brings"


def volume_of(deployment, name):
    return next(volume for volume in deployment["spec"]["template"]["spec"]["volumes"] if volume["name"] == name)


def durable_gate_has_a_volume():
    """It is the gate with the claim that it brings; the gate itself needs no StorageClass."""
    plain, durable = objects("operator/deploy/gate"), objects("operator/deploy/gate-durable")
    assert not [each for each in plain if each["kind"] == "PersistentVolumeClaim"], "the gate wants a StorageClass"
    claims = [each for each in durable if each["kind"] == "PersistentVolumeClaim"]
    gate = next(each for each in durable if each["kind"] == "Deployment")
    runs = volume_of(gate, "runs")
    assert [(each["metadata"]["namespace"], each["metadata"]["name"]) for each in claims] == [(gate["metadata"]["namespace"], runs["persistentVolumeClaim"]["claimName"])], (claims, runs)
    assert gate["spec"]["strategy"]["type"] == "Recreate", "two pods cannot have the volume"
    volume_of(gate, "runs").clear()
    for each in plain:
        if each["kind"] == "Deployment":
            volume_of(each, "runs").clear()
    rest = [each for each in durable if each["kind"] != "PersistentVolumeClaim"]
    assert rest == plain, "it differs from the gate in more than the volume"


def readme_tells(folder):
    said = f"kubectl apply -k {folder} "
    assert said in (ROOT / "README.md").read_text(), f"the README does not say '{said.strip()}'"


def main():
    story = Story()
    with own_namespace("deploy-folders") as namespace:
        for folder in FOLDERS:
            story.step(f"every object of {folder} is accepted", lambda folder=folder: is_taken(folder, namespace))
            story.step(f"the README says how to install {folder}", lambda folder=folder: readme_tells(folder))
    story.step("the durable gate is the gate with a volume, and only it needs one", durable_gate_has_a_volume)
    story.step("each Deployment's account comes with the folders", accounts_are_installed)
    print(f"{story.told} passed, 0 failed")


if __name__ == "__main__":
    sys.exit(main())
