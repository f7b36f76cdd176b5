"""Stratified group folds of a million rows: midfuse-eval and scikit-learn on the same rows.

    cargo build --release -p midfuse-eval --example million_rows
    python tools/peers/eval_splitters.py target/release/examples/million_rows

Three repetitions of each, interleaved, one core; prints the medians, the ratio, the peak memory, and
how far the folds are from even (the largest deviation of a class's share, in rows).
"""
import os
import resource
import subprocess
import statistics
import sys
import time

os.environ["OMP_NUM_THREADS"] = "1"
import numpy as np
import sklearn
from sklearn.model_selection import StratifiedGroupKFold

ROWS, GROUPS = 1_000_000, 50_000


def mix(x):
    x = (x ^ (x >> np.uint64(31))) * np.uint64(0x7FB5D329728EA185)
    x = (x ^ (x >> np.uint64(27))) * np.uint64(0x81DADEF4BC2DD44D)
    return x ^ (x >> np.uint64(33))


with np.errstate(over="ignore"):
    rows = np.arange(ROWS, dtype=np.uint64)
    groups = mix(rows) % np.uint64(GROUPS)
    draw = (mix(rows + np.uint64(ROWS)) + mix(groups)) % np.uint64(10)
classes = np.select([draw == 0, draw <= 2], [2, 1], 0)


def theirs():
    start = time.perf_counter()
    folds = StratifiedGroupKFold(5, shuffle=True, random_state=1)
    tests = [test for _, test in folds.split(rows, classes, groups)]
    return time.perf_counter() - start, tests


def ours():
    out = subprocess.run([sys.argv[1]], capture_output=True, text=True, check=True).stdout
    lines = dict(line.split(maxsplit=1) for line in out.splitlines())
    return float(lines["seconds"]), lines


their_seconds, our_seconds = [], []
for _ in range(3):
    seconds, lines = ours()
    our_seconds.append(seconds)
    seconds, tests = theirs()
    their_seconds.append(seconds)
counts = np.stack([np.bincount(classes[test], minlength=3) for test in tests])
even = np.bincount(classes) / 5
a, b = statistics.median(our_seconds), statistics.median(their_seconds)
print(f"midfuse-eval              {a:.3f} s, {lines['VmHWM:']} at most, counts {lines['counts']}")
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(f"scikit-learn {sklearn.__version__:12} {b:.3f} s, {peak} kB at most, counts {counts.tolist()}")
print(f"ratio {a / b:.3f}; an even fold has {even.tolist()}")
