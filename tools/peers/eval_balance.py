"""How even stratified group folds are: midfuse-eval and scikit-learn on the same 300 made-up cohorts.

    cargo build -p midfuse-eval --example balance
    python tools/peers/eval_balance.py target/debug/examples/balance

Each is measured by scikit-learn's own objective (mean over classes of the standard deviation over folds
of a class's share) and by the largest deviation from an even share, in rows. scikit-learn gets five seeds
and its best and median result are shown; midfuse-eval gets one.
"""
import json
import statistics
import subprocess
import sys

import numpy as np
import sklearn
from sklearn.model_selection import StratifiedGroupKFold

MASK = (1 << 64) - 1
K = 5


def mix(x):
    x = ((x ^ (x >> 31)) * 0x7FB5D329728EA185) & MASK
    x = ((x ^ (x >> 27)) * 0x81DADEF4BC2DD44D) & MASK
    return x ^ (x >> 33)


def cohort(number):
    def of(draw):
        return 2 if draw % 10 == 0 else 1 if draw % 10 <= 3 else 0

    groups, classes = [], []
    for group in range(12 + mix(number) % 60):
        name = number * 1_000 + group
        for row in range(mix(name + 1_000_000) % 8 + 1):
            draw = mix(name * 10 + row + 2_000_000)
            classes.append(of(draw // 4 if draw % 4 == 0 else mix(name + 3_000_000)))
            groups.append(group)
    return np.array(groups), np.array(classes)


def objective(counts):
    present = counts.sum(axis=0) > 0
    counts = counts[:, present]
    return float((counts / counts.sum(axis=0)).std(axis=0).mean())


def furthest(counts):
    return float(np.abs(counts - counts.sum(axis=0) / K).max())


lines = subprocess.run([sys.argv[1]], capture_output=True, text=True, check=True).stdout.splitlines()
ours, best, median, rows, lost = [], [], [], [[], []], [0, 0]
for number, line in enumerate(lines):
    groups, classes = cohort(number)
    counts = json.loads(line)
    theirs = []
    for seed in range(5):
        folds = StratifiedGroupKFold(K, shuffle=True, random_state=seed).split(classes, classes, groups)
        theirs.append(np.stack([np.bincount(classes[test], minlength=3) for _, test in folds]))
    scores = [objective(of) for of in theirs]
    lacking = sum(bool(((of == 0) & (of.sum(axis=0) > 0)).any()) for of in theirs)
    lost[1] += lacking
    if counts is None:
        lost[0] += 1
        assert lacking == 5, f"cohort {number}: refused, though scikit-learn fills every fold"
        continue
    counts = np.array(counts)
    assert (counts.sum(axis=0) == np.bincount(classes, minlength=3)).all(), "not the same rows"
    ours.append(objective(counts))
    best.append(min(scores))
    median.append(statistics.median(scores))
    rows[0].append(furthest(counts))
    rows[1].append(statistics.median(map(furthest, theirs)))
ours, best, median = map(np.array, (ours, best, median))
print(f"{len(lines)} cohorts, scikit-learn {sklearn.__version__}")
print(f"mean spread of shares: midfuse {ours.mean():.5f}, scikit-learn median {median.mean():.5f}, best of 5 {best.mean():.5f}")
print(f"ratio to the median {ours.mean() / median.mean():.3f}, to the best {ours.mean() / best.mean():.3f}")
print(f"cohorts where midfuse is no worse: than the median {(ours <= median + 1e-12).sum()}, than the best {(ours <= best + 1e-12).sum()} of {len(ours)}")
print(f"furthest from even, rows: midfuse {np.mean(rows[0]):.2f}, scikit-learn {np.mean(rows[1]):.2f}")
print(f"refused: midfuse {lost[0]}; folds without a class in silence: scikit-learn {lost[1]} of {5 * len(lines)} splits")
