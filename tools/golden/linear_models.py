"""Golden coefficients of the linear models, from scikit-learn and scikit-survival.

    python tools/golden/linear_models.py > crates/linear/tests/golden/models.json

Solvers run to tolerances far below ours, so that what is compared is the optimum. `penalty` is per
unit of weight, as in the configs. Data are rounded, so that the file stays small.
"""
import json
import sys
import warnings

import numpy as np
import sklearn
import sksurv
from sklearn.linear_model import ElasticNet, LogisticRegression, Ridge
from sksurv.linear_model import CoxnetSurvivalAnalysis, CoxPHSurvivalAnalysis
from sksurv.util import Surv

warnings.simplefilter("error")
SEED = 20261128
rng = np.random.default_rng(SEED)


def columns(n, p):
    """Correlated columns of different means and scales."""
    common = rng.normal(size=(n, 1))
    x = 0.6 * common + rng.normal(size=(n, p))
    return np.round(x * rng.uniform(0.5, 2, p) + rng.normal(size=p), 3)


def signal(x, k=1):
    b = rng.normal(size=(x.shape[1], k)) * (rng.random((x.shape[1], 1)) < 0.5)
    eta = (x - x.mean(0)) @ b
    return eta / eta.std()


def weights_of(n, weighted):
    return np.round(rng.uniform(0, 3, n), 2) if weighted else None


def listed(array):
    return None if array is None else np.asarray(array).tolist()


def logistic(name, n, p, k, penalty, l1_ratio=0.0, weighted=False):
    x = columns(n, p)
    scores = 1.5 * signal(x, 1 if k == 2 else k)
    if k == 2:
        scores = np.hstack([np.zeros((n, 1)), scores])
    y = np.argmax(scores + rng.gumbel(size=(n, k)), 1)
    w = weights_of(n, weighted)
    total = n if w is None else w.sum()
    # newton-cg keeps to the subspace where the classes sum to 0, as saga does.
    solver = dict(solver="newton-cg", l1_ratio=0) if l1_ratio == 0 else dict(solver="saga", l1_ratio=l1_ratio)
    model = LogisticRegression(C=1 / (penalty * total), tol=1e-13, max_iter=10**6, random_state=0, **solver)
    # The line search of newton-cg warns when rounding is all that is left.
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        model.fit(x, y, sample_weight=w)
    intercepts = model.intercept_ - (model.intercept_.mean() if k > 2 else 0)
    return dict(
        name=name, x=x.tolist(), classes=y.tolist(), n_classes=k, weights=listed(w), penalty=penalty,
        l1_ratio=l1_ratio, coefficients=model.coef_.tolist(), intercepts=intercepts.tolist(),
        probabilities=model.predict_proba(x[:3]).tolist(),
    )


def regression(name, n, p, penalty, l1_ratio=0.0, weighted=False):
    x = columns(n, p)
    y = np.round(5 + 2 * signal(x)[:, 0] + rng.normal(size=n), 3)
    w = weights_of(n, weighted)
    if l1_ratio == 0:
        total = n if w is None else w.sum()
        model = Ridge(alpha=penalty * total, solver="svd")
    else:
        model = ElasticNet(alpha=penalty, l1_ratio=l1_ratio, tol=1e-14, max_iter=10**6)
    model.fit(x, y, sample_weight=w)
    return dict(
        name=name, x=x.tolist(), y=y.tolist(), weights=listed(w), penalty=penalty, l1_ratio=l1_ratio,
        coefficients=model.coef_.tolist(), intercept=float(model.intercept_),
        predictions=model.predict(x[:3]).tolist(),
    )


def cox(name, n, p, penalty, l1_ratio=0.0, ties=True):
    x = columns(n, p)
    time = rng.exponential(10 * np.exp(-signal(x)[:, 0]))
    censored = rng.exponential(15, n)
    event = time <= censored
    time = np.minimum(time, censored)
    time = np.ceil(time) if ties else np.round(time, 6)
    assert ties == (len(np.unique(time)) < n)
    y = Surv.from_arrays(event, time)
    if l1_ratio == 0:
        model = CoxPHSurvivalAnalysis(alpha=penalty * n, ties="efron", tol=1e-16, n_iter=1000)
        coefficients = model.fit(x, y).coef_
    else:
        model = CoxnetSurvivalAnalysis(alphas=[penalty], l1_ratio=l1_ratio, tol=1e-15, max_iter=10**7)
        coefficients = model.fit(x, y).coef_[:, 0]
    return dict(
        name=name, x=x.tolist(), times=time.tolist(), events=event.tolist(), penalty=penalty,
        l1_ratio=l1_ratio, coefficients=coefficients.tolist(),
        risk=(x[:3] @ coefficients).tolist(),
    )


json.dump(
    dict(
        made_by="tools/golden/linear_models.py",
        versions=dict(sklearn=sklearn.__version__, sksurv=sksurv.__version__, numpy=np.__version__),
        seed=SEED,
        tolerance=1e-6,
        logistic=[
            logistic("two classes", 60, 5, 2, 0.02),
            logistic("two classes, nearly no penalty", 80, 3, 2, 1e-6),
            logistic("two classes, weighted", 60, 5, 2, 0.05, weighted=True),
            logistic("two classes, more columns than rows", 20, 35, 2, 0.1),
            logistic("three classes", 80, 4, 3, 0.02),
            logistic("three classes, weighted", 60, 4, 3, 0.05, weighted=True),
            logistic("three classes, more columns than rows", 21, 30, 3, 0.1),
            logistic("two classes, elastic net", 60, 6, 2, 0.05, l1_ratio=0.5),
            logistic("two classes, lasso, weighted", 60, 6, 2, 0.03, l1_ratio=1.0, weighted=True),
            logistic("two classes, elastic net, more columns than rows", 25, 40, 2, 0.1, l1_ratio=0.7),
            logistic("three classes, elastic net", 60, 5, 3, 0.03, l1_ratio=0.5),
            logistic("three classes, lasso", 60, 5, 3, 0.03, l1_ratio=1.0),
            logistic("four classes, elastic net, more columns than rows", 30, 36, 4, 0.05, l1_ratio=0.8),
        ],
        regression=[
            regression("ridge", 40, 5, 0.1),
            regression("ridge, weighted", 40, 5, 0.1, weighted=True),
            regression("ridge, more columns than rows", 20, 35, 0.1),
            regression("ridge, more columns than rows, weighted", 20, 35, 0.5, weighted=True),
            regression("elastic net", 40, 8, 0.2, l1_ratio=0.5),
            regression("elastic net, weighted", 40, 8, 0.2, l1_ratio=0.3, weighted=True),
            regression("lasso", 40, 8, 0.2, l1_ratio=1.0),
            regression("elastic net, more columns than rows", 25, 60, 0.1, l1_ratio=0.5),
            regression("elastic net, mostly L2, more columns than rows", 20, 130, 0.1, l1_ratio=0.05),
        ],
        cox=[
            cox("tied times", 60, 4, 0.05),
            cox("tied times, no penalty", 60, 4, 0.0),
            cox("tied times, more columns than rows", 25, 40, 0.1),
            cox("single times", 50, 4, 0.02, ties=False),
            cox("elastic net", 60, 8, 0.05, l1_ratio=0.5, ties=False),
            cox("lasso, more columns than rows", 30, 45, 0.1, l1_ratio=1.0, ties=False),
            cox("elastic net, more columns than rows", 30, 45, 0.1, l1_ratio=0.4, ties=False),
        ],
    ),
    sys.stdout, separators=(",", ":"),
)
print()
