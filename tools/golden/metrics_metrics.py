"""Golden values of the metrics, from scikit-learn.

    python tools/golden/metrics_metrics.py > crates/metrics/tests/golden/metrics.json

Cases: 2, 3 and 5 classes, with ties (probabilities rounded to tenths), with sample weights, with a
class that is never predicted, with classes that have no row, or rows of weight 0 only, with one or two
rows, with probabilities of 0 and 1 or all the same, with bin edges that fall on rows; regressions with and
without weights, and of constants. Average precision without a positive row is left out: scikit-learn warns
and gives 0, midfuse refuses.
"""
import json
import sys
import warnings

import numpy as np
import sklearn
from sklearn import calibration, metrics as m

warnings.filterwarnings("ignore")
SEED = 20261123
rng = np.random.default_rng(SEED)


def attempt(function):
    """The value, or None where scikit-learn refuses or gives nan."""
    try:
        value = float(function())
    except (ValueError, ZeroDivisionError):
        return None
    return value if np.isfinite(value) else None


def calibration_error(y, p, n_bins=15):
    """Kumar, Liang and Ma 2019, definition 5.1, of the most probable class; bins at quantiles."""
    confidence, hit = p.max(1), p.argmax(1) == y
    edges = np.percentile(confidence, np.linspace(0, 1, n_bins + 1) * 100)
    bins = np.searchsorted(edges[1:-1], confidence)
    total = rows = 0.0
    for b in np.unique(bins):
        inside = bins == b
        n, share = inside.sum(), hit[inside].mean()
        if n > 1:
            total += n * ((confidence[inside].mean() - share) ** 2 - share * (1 - share) / (n - 1))
            rows += n
    return np.sqrt(max(total / rows, 0.0)) if rows else np.nan


def class_case(name, n, k, ties=False, weights=False, absent=None, never=None, only=None, unweighted=None, certain=False, same=False):
    y = rng.integers(0, k, n)
    if absent is not None:
        y[y == absent] = (absent + 1) % k
    if only is not None:
        y[:] = only
    logits = rng.normal(size=(n, k)) + 1.2 * np.eye(k)[y]
    if never is not None:
        logits[:, never] -= 20
    p = np.exp(logits)
    p /= p.sum(1, keepdims=True)
    if ties:
        # tenths that sum to ten
        q = np.floor(p * 10)
        short = (10 - q.sum(1)).astype(int)
        for i, s in enumerate(short):
            q[i, np.argsort(-(p[i] * 10 - q[i]))[:s]] += 1
        p = q / 10
    if certain:
        p = np.eye(k)[p.argmax(1)]
    if same:
        p[:] = 1 / k
    w = rng.integers(0, 4, n) / 2 if weights else None
    if w is not None:
        w[:2] = 1.0
    if unweighted is not None:
        w = np.where(y == unweighted, 0.0, 1.0)
    labels = list(range(k))
    pred = p.argmax(1)
    kw = dict(sample_weight=w)
    score = p[:, 1] if k == 2 else p

    def area(multi_class, average):
        if k == 2:
            return None
        return attempt(
            lambda: m.roc_auc_score(
                y, p, multi_class=multi_class, average=average, labels=labels,
                sample_weight=w if multi_class == "ovr" else None,
            )
        )

    expected = {
        "accuracy": m.accuracy_score(y, pred, **kw),
        "balanced-accuracy": m.balanced_accuracy_score(y, pred, **kw),
        "log-loss": m.log_loss(y, p, labels=labels, **kw),
        "f1-macro": m.f1_score(y, pred, average="macro", **kw),
        "f1-micro": m.f1_score(y, pred, average="micro", **kw),
        "f1-weighted": m.f1_score(y, pred, average="weighted", **kw),
        "mcc": m.matthews_corrcoef(y, pred, **kw),
        "cohen-kappa": attempt(lambda: m.cohen_kappa_score(y, pred, **kw)),
        "brier": m.brier_score_loss(y, p, labels=labels, scale_by_half=False, **kw),
    }
    if w is None:
        expected["calibration-error"] = attempt(lambda: calibration_error(y, p))
    if k == 2:
        expected["auc"] = attempt(lambda: m.roc_auc_score(y, score, **kw))
        expected["f1"] = m.f1_score(y, pred, **kw)
        expected["average-precision"] = attempt(lambda: m.average_precision_score(y, score, **kw) if (y if w is None else y * w).any() else np.nan)
        expected["brier"] = m.brier_score_loss(y, score, labels=labels, **kw)
    else:
        expected["auc-ovr"] = area("ovr", "macro")
        expected["auc-ovr-weighted"] = area("ovr", "weighted")
        if w is None:
            expected["auc-ovo"] = area("ovo", "macro")
            expected["auc-ovo-weighted"] = area("ovo", "weighted")
    case = dict(
        name=name, targets=y.tolist(), probabilities=p.tolist(),
        weights=None if w is None else w.tolist(), expected=expected,
        confusion=m.confusion_matrix(y, pred, labels=labels, sample_weight=w).astype(float).tolist(),
        f1_per_class=m.f1_score(y, pred, labels=labels, average=None, sample_weight=w).tolist(),
    )
    counted = y if w is None else y[w > 0]
    if k == 2 and len(set(counted.tolist())) == 2:
        fpr, tpr, thresholds = m.roc_curve(y, score, sample_weight=w)
        thresholds = [None if np.isinf(t) else float(t) for t in thresholds]
        case["roc"] = dict(fpr=fpr.tolist(), tpr=tpr.tolist(), thresholds=thresholds)
        curves = {}
        for strategy in ("uniform", "quantile"):
            observed, predicted = calibration.calibration_curve(y, score, n_bins=7, strategy=strategy)
            curves[strategy] = dict(observed=observed.tolist(), predicted=predicted.tolist())
        case["calibration"] = curves
    return case


def number_case(name, n, weights=False, ties=False, constant=False):
    y = rng.normal(size=n) * 3 + 10
    p = y + rng.normal(size=n)
    if ties:
        y, p = np.round(y), np.round(p)
    if constant:
        y[:] = 7.0
    w = rng.uniform(0, 2, n) if weights else None
    kw = dict(sample_weight=w)
    expected = {
        "mse": m.mean_squared_error(y, p, **kw),
        "rmse": m.root_mean_squared_error(y, p, **kw),
        "mae": m.mean_absolute_error(y, p, **kw),
        "r2": m.r2_score(y, p, **kw),
    }
    if w is None:
        from scipy.stats import spearmanr
        expected["spearman"] = attempt(lambda: spearmanr(y, p).statistic)
    return dict(name=name, targets=y.tolist(), predicted=p.tolist(),
                weights=None if w is None else w.tolist(), expected=expected)


json.dump(
    dict(
        made_by="tools/golden/metrics_metrics.py",
        versions=dict(sklearn=sklearn.__version__, numpy=np.__version__),
        seed=SEED,
        tolerance=1e-12,
        classification=[
            class_case("binary", 40, 2),
            class_case("binary, ties", 60, 2, ties=True),
            class_case("binary, weights", 40, 2, weights=True),
            class_case("binary, ties and weights", 60, 2, ties=True, weights=True),
            class_case("binary, never predicted", 30, 2, never=1),
            class_case("binary, one class", 12, 2, only=0),
            class_case("three classes", 50, 3),
            class_case("three classes, ties and weights", 60, 3, ties=True, weights=True),
            class_case("three classes, one absent", 40, 3, absent=2),
            class_case("three classes, one never predicted", 40, 3, never=0),
            class_case("five classes, weights", 60, 5, weights=True),
            class_case("five classes, ties", 80, 5, ties=True),
            class_case("three classes, one of weight 0", 30, 3, unweighted=1),
            class_case("three classes, none predicted has weight", 12, 3, never=2, unweighted=2),
            class_case("binary, one class of weight 0", 20, 2, unweighted=1),
            class_case("binary, edges on rows", 71, 2),
            class_case("binary, certain", 30, 2, certain=True),
            class_case("binary, all the same", 30, 2, same=True),
            class_case("binary, one row", 1, 2, only=1),
            class_case("three classes, two rows", 2, 3),
            class_case("three classes, certain, weights", 30, 3, certain=True, weights=True),
            class_case("four classes, all the same, one absent", 24, 4, same=True, absent=3),
        ],
        regression=[
            number_case("plain", 40),
            number_case("weights", 40, weights=True),
            number_case("ties", 40, ties=True),
            number_case("two rows", 2),
            number_case("constant targets", 20, constant=True),
        ],
    ),
    sys.stdout,
    indent=None,
    separators=(",", ":"),
)
print()
