#!/usr/bin/env python3
"""Writes more_vectors.json: inputs drawn by a fixed seed, results computed with 60 digits.

It is a second implementation on purpose, written from the formulas and not from the C++ code; it needs python3-mpmath.
  python3 tests/data/make_vectors.py > tests/data/more_vectors.json
"""
import json
import random

from mpmath import mp, mpf, exp, log, sqrt

mp.dps = 60
CAP = mpf("0.95")


def number(text):
    """A decimal that a double reads as nearly as it can; the result is computed for what the double holds."""
    return mpf(float(text))


def log_sum(values):
    top = max(values)
    return top + log(sum(exp(v - top) for v in values))


def clip(x, low, high):
    return min(max(x, low), high)


def capped(lc, m, mc, r):
    lc = min(lc, CAP / (1 - mc))
    if lc * r > CAP / m:
        lc = CAP / m / r
    return lc, lc * r


def drop_bet(mean, delta, eta, nc, ns):
    mu = clip(mean, delta + number(0.005), number(0.9995))
    r = mpf(nc) / ns
    start = mu - delta
    theta = 1 / (1 + exp(-(log(start / (1 - start)) - eta)))
    m0 = (r * (theta + delta) + mu) / (1 + r)
    vs, vc = m0 * (1 - m0), (m0 - delta) * (1 - m0 + delta)
    lc = (start - theta) / (vc + vs * r)
    m = mu - lc * r * vs
    lc, ls = capped(lc, m, m - delta, r)
    return lc, ls, m, m - delta


def drop_payoff(bet, block):
    (lc, ls, m, mc), (nc, kc, ns, ks) = bet, block
    return kc * log(1 + lc * (mc - 1)) + (nc - kc) * log(1 + lc * mc) + ks * log(1 + ls * (1 - m)) + (ns - ks) * log(1 - ls * m)


def remember(n, s, block_n, block_s, memory):
    n, s = n + block_n, s + block_s
    return (memory, s * memory / n) if n > memory else (n, s)


def drop_stream(p, blocks):
    hn, hs = mpf(p["hist_n"]), p["hist_n"] * number(p["hist_p"])
    w0, total, delta = number(p["w0"]), mpf(p["wtot"]), number(p["delta"])
    etas = [number(e) for e in p["etas"]]
    wealth, rest, out, waiting = [log(w0)] * len(etas), 1 - w0, [], [0, 0, 0, 0]
    value = mpf(0)
    for block in blocks:
        waiting = [a + b for a, b in zip(waiting, block)]
        if waiting[0] and waiting[2]:
            started = min(rest, (1 - w0) * waiting[0] / total)
            for j, eta in enumerate(etas):
                bet = drop_bet(hs / hn, delta, eta, waiting[0], waiting[2])
                if started > 0:
                    wealth[j] = log_sum([wealth[j], log(started)])
                wealth[j] += drop_payoff(bet, waiting) / number(p["phi"])
            rest -= started
            value = log_sum([v - log(len(etas)) for v in wealth] + ([log(rest)] if rest > mpf("1e-12") else []))
            hn, hs = remember(hn, hs, waiting[2], waiting[3], p["mem"])
            waiting = [0, 0, 0, 0]
        out.append(value)
    return out


def promote_stream(p, blocks):
    hn, hs, margin = mpf(p["hist_n"]), p["hist_n"] * number(p["hist_p"]), number(p["margin"])
    wealth, out, waiting, value = [mpf(0)] * 3, [], [0, 0, 0, 0], mpf(0)
    high = number(0.9995)
    for block in blocks:
        waiting = [a + b for a, b in zip(waiting, block)]
        nc, kc, ns, ks = waiting
        if nc and ns:
            mu, r = clip(hs / hn, margin + number(0.005), high), mpf(nc) / ns
            for j, f in enumerate([number(0.5), number(1), number(1.5)]):
                gain = f * margin
                m0 = clip((r * (mu + gain) + mu) / (1 + r), margin + number(0.002), high)
                vs, vc = m0 * (1 - m0), (m0 - margin) * (1 - m0 + margin)
                lc = gain / (vc + vs * r)
                m = min(mu + lc * r * vs, high)
                mc = m - margin
                lc = min(lc, CAP / mc)
                if lc * r > CAP / (1 - m):
                    lc = CAP / (1 - m) / r
                ls = lc * r
                paid = kc * log(1 + lc * (1 - mc)) + (nc - kc) * log(1 - lc * mc) + ks * log(1 + ls * (m - 1)) + (ns - ks) * log(1 + ls * m)
                wealth[j] += paid / number(p["phi"])
            value = log_sum(wealth) - log(3)
            hn, hs = remember(hn, hs, ns, ks, p["mem"])
            waiting = [0, 0, 0, 0]
        out.append(value)
    return out


def least_low(n, s, q, stake, m):
    a = s / n
    v = clip(q / n - a * a, mpf(0), a * (1 - a))
    if a >= 1:
        return n * log(1 + stake * (m - 1))
    at_one = v / (v + (1 - a) ** 2)
    return n * ((1 - at_one) * log(1 + stake * (m - (a - v / (1 - a)))) + at_one * log(1 + stake * (m - 1)))


def least_high(n, s, q, stake, m):
    a = s / n
    v = clip(q / n - a * a, mpf(0), a * (1 - a))
    if a <= 0:
        return n * log(1 - stake * m)
    at_zero = v / (v + a * a)
    return n * ((1 - at_zero) * log(1 + stake * (a + v / a - m)) + at_zero * log(1 - stake * m))


def guard(events, n, limit):
    limit = number(limit)
    terms = []
    for multiple in (2, 4, 8, 16, 64):
        p = min(number(0.999), limit * multiple)
        terms.append(events * log(p / limit) + (n - events) * (log(1 - p) - log(1 - limit)))
    return log_sum(terms) - log(5)


def least_delay(pc, ps, share, k, alpha):
    pc, ps, share, alpha = map(number, (pc, ps, share, alpha))
    ratio = (1 - share) / share
    kl = lambda p, q: p * log(p / q) + (1 - p) * log((1 - p) / (1 - q))
    # The minimum over the common rate is their mean, weighted by traffic.
    q = share * pc + (1 - share) * ps
    return log(k / alpha) / (kl(pc, q) + ratio * kl(ps, q))


def main():
    draw = random.Random(2026)
    pick = lambda *values: draw.choice(values)
    vectors = []

    def put(formula, given, expect):
        plain = {k: [float(x) for x in v] if isinstance(v, list) else float(v) for k, v in expect.items()}
        vectors.append({"id": f"{formula}-more-{len(vectors)}", "formula": formula, "input": given, "expect": plain})

    def binary_blocks(count, low, high, pc, ps):
        passes = lambda n, p: sum(draw.random() < p for _ in range(n))
        blocks = []
        for _ in range(count):
            nc, ns = draw.randint(low, low + 6), draw.randint(0, high)
            blocks.append([nc, passes(nc, pc), ns, passes(ns, ps)])
        return blocks

    for _ in range(60):
        given = {"mu_s_hat": round(pick(0, 1, draw.random(), draw.random()), 6), "delta": pick(0, 0.01, 0.05), "eta": pick(0.25, 0.5, 1, 2),
                 "n_c": draw.randint(1, 500), "n_s": draw.randint(1, 5000), "cap": 0.95}
        bet = drop_bet(number(given["mu_s_hat"]), number(given["delta"]), number(given["eta"]), given["n_c"], given["n_s"])
        put("mb2_bets", given, dict(zip(("lc", "ls", "m", "mc"), bet)))
    for _ in range(20):
        p = draw.random()
        given = {"hist_n": pick(2, 200), "hist_p": round(p, 4), "delta": pick(0, 0, 0.02), "etas": [0.25, 0.5, 1, 2], "w0": pick(0.5, 0.75), "wtot": pick(60, 3000),
                 "mem": pick(100, 2000), "phi": pick(1, 1, 2.5), "cap": 0.95, "blocks_nc_kc_ns_ks": binary_blocks(25, 0, 40, p * pick(1, 0.8), p)}
        put("mb2_stream", given, {"logE": drop_stream(given, given["blocks_nc_kc_ns_ks"])})
    for _ in range(20):
        p = 0.3 + 0.7 * draw.random()
        given = {"hist_n": pick(2, 200), "hist_p": round(p, 4), "margin": pick(0.01, 0.05, 0.1), "f": [0.5, 1, 1.5], "mem": pick(100, 2000),
                 "phi": pick(1, 1, 2.5), "cap": 0.95, "blocks_nc_kc_ns_ks": binary_blocks(25, 0, 40, p, p)}
        put("ni2_stream", given, {"logE": promote_stream(given, given["blocks_nc_kc_ns_ks"])})
    for _ in range(60):
        scores = [round(pick(0, 1, draw.random(), draw.random()), 3) for _ in range(draw.randint(1, 30))]
        m = round(0.02 + 0.96 * draw.random(), 6)
        given = {"n": len(scores), "S": sum(scores), "Q": sum(x * x for x in scores), "m": m,
                 "lam_dec": 0.95 * draw.random() / (1 - m), "lam_inc": 0.95 * draw.random() / m}
        s, q = number(given["S"]), number(given["Q"])
        put("moment_dec + moment_inc", given, {"dec": least_low(len(scores), s, q, number(given["lam_dec"]), number(m)),
                                               "inc": least_high(len(scores), s, q, number(given["lam_inc"]), number(m))})
    for _ in range(20):
        n = draw.randint(1, 10 ** draw.randint(1, 9))
        given = {"k": draw.randint(0, min(n, 50)), "n": n, "r0": pick(1e-6, 1e-4, 1e-3, 0.01, 0.2)}
        put("guard", given, {"logE": guard(given["k"], n, given["r0"])})
    for _ in range(10):
        ps = round(0.3 + 0.65 * draw.random(), 3)
        given = {"pc": round(ps - 0.2 * draw.random() - 0.01, 3), "ps": ps, "w": pick(0.05, 0.1, 0.5, 0.9), "K": pick(1, 20, 200), "alpha": 0.05, "delta": 0}
        put("lower_bound", given, {"n": least_delay(given["pc"], ps, given["w"], given["K"], 0.05)})
    print(json.dumps({"made_by": "tests/data/make_vectors.py", "vectors": vectors}, indent=None, separators=(",", ":")).replace('{"id"', '\n{"id"'))


if __name__ == "__main__":
    main()
