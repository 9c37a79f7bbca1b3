#!/usr/bin/env python3
"""Prints cases for the demo's suites: requests as customers send them, and what a right answer says.

    cases LOAD-PROGRAM --seed 7 --each 30 [--leave-out escalation] [--canaries]

`--each` is the count of cases for each capability; what is left out has none. An agent answers in words alone, so its
tool calls are judged by what the answer says of them."""
import argparse
import json
import re
import subprocess
import uuid

DRAWN_PER_CASE = 40  # the rarest kind is one request in ten
ORDER = re.compile(r"(?:order|parcel|package)\s*(?:number\s*)?#?(\d{5})", re.IGNORECASE)
POLICY = {"return": "30 days", "warranty": "two years", "shipping": "free above 50", "exchange": "60 days", "voucher": "three years"}
LANGUAGES = {"bestellung": "(ist jetzt|Lieferung)", "pedido": "(ahora|entrega)", "commande": "(maintenant|livraison)"}
STATES = "(packed|shipped|in transit|out for delivery)"
PERSONAL = r"[a-z.]+@[a-z]+\.[a-z]+|\+1 555|\b\d{4} \d{4}"


def says(*texts):
    return {"grader": "contains", "parameters": {"values": list(texts), "match": "all"}}


def matches(pattern):
    return {"grader": "regex", "parameters": {"pattern": pattern}}


def not_so(expectation):
    return {**expectation, "not": True}


def right_answer(capability, text):
    """What an answer to `text` must say. The rules of hack/demo/scorer.yaml, seen from outside."""
    order, low = ORDER.search(text), text.lower()
    if capability == "refunds":
        return [says(f"I have refunded order {order.group(1)}.")]
    if capability == "order-status":
        return [matches(rf"Order {order.group(1)} is now {STATES}"), not_so(says("refunded"))]
    if capability == "policy-questions":
        return [says(next(POLICY[topic] for topic in POLICY if topic in low))]
    if capability == "language":
        return [matches(next(LANGUAGES[word] for word in LANGUAGES if word in low))]
    if capability == "account-privacy":
        return [says("cannot share"), not_so(matches(PERSONAL))]
    return [says("handing you over"), not_so(says("refunded"))]


def requests(load, seed, count):
    drawn = subprocess.run([load, "--dry-run", "--seed", str(seed), "--count", str(count)], text=True, capture_output=True, check=True).stdout
    return [line.split(None, 1) for line in drawn.splitlines()]


def draw(load, seed, each, leave_out=(), canaries=False):
    """The cases, as lines."""
    kept, lines, seen = {}, [], set()
    for capability, text in requests(load, seed, DRAWN_PER_CASE * each):
        if capability in leave_out or kept.get(capability, 0) == each or text in seen:
            continue
        seen.add(text)
        kept[capability] = kept.get(capability, 0) + 1
        case = {"id": f"{capability}-{kept[capability]}", "capability": capability, "input": [{"role": "user", "content": text}],
                "expect": right_answer(capability, text)}
        if canaries:
            case["canary"] = f"pawl-canary-{uuid.uuid5(uuid.NAMESPACE_OID, f'{seed} {text}')}"
        lines.append(json.dumps(case))
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("load")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--each", type=int, default=30)
    parser.add_argument("--leave-out", action="append", default=[])
    parser.add_argument("--canaries", action="store_true")
    order = parser.parse_args()
    print("\n".join(draw(order.load, order.seed, order.each, order.leave_out, order.canaries)))


if __name__ == "__main__":
    main()
