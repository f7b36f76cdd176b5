#!/usr/bin/env python3
"""Our tabular models against scikit-learn's logistic regression, scikit-survival's Cox regression and
LightGBM, on the same folds.

    cargo build --release --bins
    python3 tools/peers/tables/run.py --data DATA --out out/tables [--trials 6] [--models mlp] [NAME ...]

DATA holds the data sets of `datasets.py`; one that is not there is skipped, and that is said; those of
`made_up.py` need none. Of each a
cohort is made, and one study a model with the inner folds and the budget that `midfuse init` writes: `mlp`,
`tabular-resnet`, `ft-transformer`, the baselines `linear` and `trees`. Its outer folds (folds.csv) are then those of the
peers, which choose their settings by cross-validation inside the training rows, as ours do.

A study that is whole is not run again, and scores of the peers are kept in `peers.json`: delete OUT to start anew.

Printed: the mean of the metric over outer folds, how far each model is from the better peer, and the standard error of
that distance over the folds.
Last run with Python 3.11, numpy 2.4.6, scikit-learn 1.9.1, lightgbm 4.7.0.
"""
import argparse
import csv
import json
import os
import pathlib
import subprocess
import sys

os.environ.setdefault("OMP_NUM_THREADS", "1")

import lightgbm
import numpy as np
from sklearn.feature_selection import VarianceThreshold
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegressionCV, RidgeCV
from sklearn.metrics import accuracy_score, r2_score, roc_auc_score
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
import datasets
import made_up
from folds import folds

SEED = 0
ALL = {**datasets.ALL, **made_up.ALL}
# FT-Transformer attends over columns, which on a CPU takes minutes a training: it is smaller here than its default, tries
# one setting, has no dropout of attention weights (libtorch's fast attention on a CPU has none) and no indicators: to it a
# missing number is a token that nothing attends to.
SMALL_FT = """trials = 1
epochs = 30
[[modalities]]
name = "table"
encoder = "ft-transformer"
config = { d_block = 64, n_blocks = 2, attention_n_heads = 4, attention_dropout_p = 0.0, preprocess = ["robust", "smooth-clip"] }
"""
ENCODERS = ("mlp", "tabular-resnet", "ft-transformer")


def write_table(rows, path):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, ["row", *rows[0]])
        writer.writeheader()
        writer.writerows({"row": f"r{i:05}", **row} for i, row in enumerate(rows))


def command(*args):
    done = subprocess.run([str(arg) for arg in args], capture_output=True, text=True, check=False)
    if done.returncode not in (0, 3):
        raise SystemExit(f"{' '.join(map(str, args))}\n{done.stdout}\n{done.stderr}")


def study(folder, args, encoder, target, metric, inner_folds, baselines):
    """Scores of the single modality and of the baselines, per fold."""
    model = SMALL_FT if encoder == "ft-transformer" else f"""trials = {args.trials}
epochs = 60
[[modalities]]
name = "table"
encoder = "{encoder}"
"""
    text = f"""name = "{encoder}"
cohort = "cohort"
target = "{target}"
{f"baselines = {json.dumps(baselines)}" if baselines else ""}
[protocol]
metric = "{metric}"
inner_folds = {inner_folds}
seed = {SEED}
[budget]
{model}[[strategies]]
fusion = "single"
"""
    path, out = folder / f"{encoder}.toml", folder / encoder
    path.write_text(text, encoding="utf-8")
    command(args.midfuse, "study", path, "--out", out, "--workers", args.workers)
    results = json.loads((out / "results.json").read_text(encoding="utf-8"))
    return {
        arm["name"].replace("single-table", encoder).replace("-table", ""): [fold["scores"][metric] for fold in arm["folds"]]
        for arm in results["arms"] if arm["folds"]
    }


def matrix(rows, leave_out):
    """Numbers as they are; columns of few whole numbers or words, one column a value."""
    names = [name for name in rows[0] if name not in leave_out]
    columns = []
    for name in names:
        text = [str(row[name]) for row in rows]
        try:
            columns.append([float(value) if value else np.nan for value in text])
        except ValueError:
            for value in sorted(set(text)):
                columns.append([float(other == value) for other in text])
    return np.array(columns).T


def cox(x, y, of_folds):
    """scikit-survival's Cox regression, its penalty by cross-validation; LightGBM has no such loss."""
    from sksurv.linear_model import CoxPHSurvivalAnalysis

    scores = []
    for fold in of_folds:
        train, test = fold["train"], fold["test"]
        search = GridSearchCV(CoxPHSurvivalAnalysis(), {"alpha": np.logspace(0, 4, 9)}, cv=3, error_score=0)
        fitted = make_pipeline(SimpleImputer(add_indicator=True), VarianceThreshold(), StandardScaler(), search)
        scores.append(fitted.fit(x[train], y[train]).score(x[test], y[test]))
    return {"scikit-survival": scores}


def peers(metric, x, y, of_folds):
    if metric == "concordance":
        return cox(x, y, of_folds)
    is_class = metric != "r2"
    scores = {"sklearn": [], "lightgbm": []}
    for fold in of_folds:
        train, test = fold["train"], fold["test"]
        linear = (
            LogisticRegressionCV(Cs=12, cv=5, scoring="neg_log_loss", max_iter=2000, l1_ratios=(0,), use_legacy_attributes=False)
            if is_class else RidgeCV(np.logspace(-3, 5, 25))
        )
        linear = make_pipeline(SimpleImputer(add_indicator=True), StandardScaler(), linear)
        model = lightgbm.LGBMClassifier if is_class else lightgbm.LGBMRegressor
        trees = GridSearchCV(
            model(learning_rate=0.05, n_jobs=1, verbose=-1, random_state=SEED),
            {"n_estimators": [50, 150, 400], "num_leaves": [7, 31]},
            cv=3, scoring="neg_log_loss" if is_class else "r2",
        )
        for name, fitted in (("sklearn", linear), ("lightgbm", trees)):
            fitted.fit(x[train], y[train])
            scores[name].append(score(metric, fitted, x[test], y[test]))
    return scores


def score(metric, model, x, y):
    if metric == "r2":
        return r2_score(y, model.predict(x))
    if metric == "accuracy":
        return accuracy_score(y, model.predict(x))
    p = model.predict_proba(x)
    return roc_auc_score(y, p[:, 1]) if p.shape[1] == 2 else roc_auc_score(y, p, multi_class="ovr", labels=model.classes_)


def compare(name, args):
    rows, target, group, metric = ALL[name](args.data)
    folder = args.out / name
    folder.mkdir(parents=True, exist_ok=True)
    table, cohort = folder / "table.csv", folder / "cohort"
    if metric == "concordance":
        time, censored = target
        outcome = ["--event-time", time, "--event", censored, "--event-values", "0", "--censored-values", "1"]
        x = matrix(rows, {time, censored, group})
        y = np.array([(row[censored] == 0, float(row[time])) for row in rows], [("event", bool), ("time", float)])
        target, baselines = "survival", ["linear"]
    else:
        outcome, baselines = ["--target", target], ["linear", "trees"]
        x = matrix(rows, {target, group})
        y = np.array([row[target] for row in rows])
        y = y.astype(float) if metric == "r2" else y
    if not cohort.exists():
        write_table(rows, table)
        by_group = ["--group", group] if group else []
        command(args.midfuse, "cohort", "import", table, *outcome, "--id", "row", *by_group, "--out", cohort)
    # As `midfuse init` writes them.
    inner_folds = 5 if len(rows) <= 1000 else 2
    scores = {}
    for encoder in args.models:
        ours = study(folder, args, encoder, target, metric, inner_folds, baselines if encoder == ENCODERS[0] else [])
        scores.update({f"midfuse {name}": of_folds for name, of_folds in ours.items()})
    kept = folder / "peers.json"
    if not kept.exists():
        kept.write_text(json.dumps(peers(metric, x, y, folds(folder / args.models[0] / "folds.csv"))), encoding="utf-8")
    scores.update(json.loads(kept.read_text(encoding="utf-8")))
    means = {name: float(np.mean(of_folds)) for name, of_folds in scores.items()}
    best = max((name for name in means if not name.startswith("midfuse")), key=means.get)
    print(f"\n{name}: {len(rows)} rows, {x.shape[1]} columns, {metric}")
    for model, of_folds in scores.items():
        distance = np.subtract(of_folds, scores[best])
        error = distance.std(ddof=1) / len(distance) ** 0.5
        print(f"  {model:24} {means[model]:.4f}  {distance.mean():+.4f}  (SE {error:.4f})", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--midfuse", type=pathlib.Path, default=pathlib.Path("target/release/midfuse"))
    parser.add_argument("--trials", type=int, default=6)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--models", nargs="+", choices=ENCODERS, default=ENCODERS, help="our networks; the first brings baselines if it is mlp")
    parser.add_argument("names", nargs="*", choices=[[], *ALL])
    args = parser.parse_args()
    for name in args.names or ALL:
        try:
            compare(name, args)
        except FileNotFoundError as missing:
            print(f"\n{name}: skipped, {missing.filename} is not there")


if __name__ == "__main__":
    main()
