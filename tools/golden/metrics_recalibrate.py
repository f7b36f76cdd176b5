"""Golden values of recalibration, from scipy's minimisers and scikit-learn's isotonic regression.

    python tools/golden/metrics_recalibrate.py > crates/metrics/tests/golden/recalibrate.json

Cases: two and four classes, over-confident, right and timid, with rows grouped (losses averaged within a
group); survival in three folds. Temperatures and vectors are maximum a posteriori with normal priors of mean
0 and variance 1 on log T, log weights and biases. Isotonic curves are scikit-learn's, clipped to
[1 / (n + 2), 1 - 1 / (n + 2)].
"""
import json
import sys

import numpy as np
import scipy
import sklearn
from scipy.optimize import minimize, minimize_scalar
from scipy.special import log_softmax
from sklearn.isotonic import IsotonicRegression

SEED = 20261128
rng = np.random.default_rng(SEED)


def draw(n, k, sure):
    """Classes, and log-probabilities whose logits are those that made the classes, times `sure`."""
    logits = rng.normal(size=(n, k)) * 1.5
    p = np.exp(log_softmax(logits, 1))
    y = np.array([rng.choice(k, p=row) for row in p])
    return y, np.round(log_softmax(logits * sure, 1), 9)


def weights(groups, n):
    if groups is None:
        return np.ones(n)
    _, codes, sizes = np.unique(groups, return_inverse=True, return_counts=True)
    return 1 / sizes[codes]


def cross_entropy(logits, y, w):
    return -(w * log_softmax(logits, 1)[np.arange(len(y)), y]).sum()


def temperature(loss):
    found = minimize_scalar(lambda s: loss(np.exp(s)) + s * s / 2, bounds=(-5, 5), method="bounded", options={"xatol": 1e-12})
    return float(np.exp(found.x))


def vector(z, y, w):
    k = z.shape[1]

    def posterior(theta):
        return cross_entropy(np.exp(theta[:k]) * z + theta[k:], y, w) + (theta**2).sum() / 2

    found = minimize(posterior, np.zeros(2 * k), method="BFGS", options={"gtol": 1e-9})
    return np.exp(found.x[:k]).tolist(), found.x[k:].tolist()


def isotonic(z, y, w, at):
    k, edge = z.shape[1], 1 / (w.sum() + 2)
    curves = []
    for c in [1] if k == 2 else range(k):
        curve = IsotonicRegression(out_of_bounds="clip").fit(np.exp(z[:, c]), y == c, sample_weight=w)
        curves.append(np.clip(curve.predict(at), edge, 1 - edge).tolist())
    return curves


def class_case(name, n, k, sure, rows_per_group=None):
    y, z = draw(n, k, sure)
    groups = None if rows_per_group is None else (np.arange(n) // rows_per_group)
    w = weights(groups, n)
    case = {"name": name, "targets": y.tolist(), "scores": z.tolist(), "groups": None if groups is None else groups.tolist()}
    case["temperature"] = temperature(lambda t: cross_entropy(z / t, y, w))
    if w.sum() >= 1000:
        at = np.linspace(0.05, 0.95, 19)
        case["weights"], case["biases"] = vector(z, y, w)
        case["at"], case["curves"] = at.tolist(), isotonic(z, y, w, at)
    return case


def partial(time, event, risk):
    """Breslow's partial log-likelihood."""
    return sum(risk[i] - np.log(np.exp(risk[time >= time[i]]).sum()) for i in np.flatnonzero(event))


def survival_case(name, sure):
    folds = []
    for n in (40, 50, 45):
        risk = rng.normal(size=n)
        event_at = rng.exponential(np.exp(-risk))
        until = rng.exponential(2, n)
        time = np.round(np.minimum(event_at, until), 1) + 0.1
        folds.append((time, event_at <= until, np.round(risk * sure, 9)))
    fitted = temperature(lambda t: -sum(partial(a, e, r / t) for a, e, r in folds))
    rows = [{"time": a.tolist(), "event": e.tolist(), "risk": r.tolist()} for a, e, r in folds]
    return {"name": name, "folds": rows, "temperature": fitted}


json.dump(
    {
        "seed": SEED,
        "versions": {"python": sys.version.split()[0], "numpy": np.__version__, "scipy": scipy.__version__, "scikit-learn": sklearn.__version__},
        "tolerance": 1e-5,
        "classes": [
            class_case("too sure", 64, 2, 4.0),
            class_case("right", 40, 4, 1.0),
            class_case("timid", 200, 2, 0.4),
            class_case("grouped", 120, 4, 3.0, rows_per_group=3),
            class_case("many", 1200, 2, 2.5),
            class_case("many of four classes", 1500, 4, 0.7),
        ],
        "survival": [survival_case("too sure", 3.0), survival_case("right", 1.0)],
    },
    sys.stdout,
)
