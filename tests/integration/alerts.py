#!/usr/bin/env python3
"""operator/alerts/rules.yaml as Prometheus understands it: the rules are sound, fire when they must, and name metrics and conditions that exist.

No cluster is asked; promtool is built from the module that the local cluster's Prometheus is built from.
"""
import pathlib
import re
import subprocess
import sys

import yaml

from cluster import ROOT, Story

RULES = ROOT / "operator/alerts/rules.yaml"
PROMTOOL = subprocess.run([ROOT / "hack/local/tools", "path", "promtool"], check=True, text=True, stdout=subprocess.PIPE).stdout.strip()


def promtool(*arguments):
    done = subprocess.run([PROMTOOL, *arguments], text=True, capture_output=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def rules():
    return [rule for group in yaml.safe_load(RULES.read_text(encoding="utf-8"))["groups"] for rule in group["rules"]]


def sources(folder):
    return "".join(path.read_text(encoding="utf-8") for path in (ROOT / folder).rglob("*.cpp"))


def every_name_exists():
    """A rule on a metric that is called otherwise never fires, and nobody learns of it."""
    exported, conditions = sources("src"), sources("src/domain/rollout")
    for rule in rules():
        for metric in re.findall(r"\bpawl_\w+", rule["expr"]):
            assert f'"{metric}"' in exported, f"{rule['alert']}: nothing exports {metric}"
        for condition in re.findall(r'type="(\w+)"', rule["expr"]):
            assert f'"{condition}"' in conditions or condition == "MeanUpSkillDown", f"{rule['alert']}: no rollout has a condition {condition}"


def every_alert_is_documented():
    page = (ROOT / "docs/conditions.md").read_text(encoding="utf-8")
    missing = [rule["alert"] for rule in rules() if f"`{rule['alert']}`" not in page]
    assert not missing, f"docs/conditions.md does not know {missing}"


def main():
    story = Story()
    story.step("Prometheus takes the rules, and finds nothing odd in them", lambda: promtool("check", "rules", "--lint-fatal", str(RULES)))
    story.step("each fires in a fleet that is ill, and none in one that is well", lambda: promtool("test", "rules", str(pathlib.Path(__file__).with_name("alerts_test.yaml"))))
    story.step("every metric and condition that they name exists", every_name_exists)
    story.step("every alert is on the page for the person who is woken up", every_alert_is_documented)
    print(f"{story.told} passed, 0 failed")


if __name__ == "__main__":
    sys.exit(main())
