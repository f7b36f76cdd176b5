"""Golden values of the statistics, from scipy and statsmodels; DeLong by its quadratic definition.

    python tools/golden/metrics_stats.py > crates/metrics/tests/golden/stats.json
"""
import json
import sys

import numpy as np
import scipy
import scipy.stats as st
import statsmodels
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import proportion_confint

SEED = 20261124
rng = np.random.default_rng(SEED)


def delong_case(name, m, n, levels):
    y = np.r_[np.ones(m, bool), np.zeros(n, bool)]
    a = rng.normal(size=m + n) + 0.8 * y
    b = 0.5 * a + rng.normal(size=m + n) + 0.5 * y
    if levels:  # grades, as a clinical score has them: many ties
        a = np.clip(np.round(a), -1, levels - 2)
    order = rng.permutation(m + n)
    y, a, b = y[order], a[order], np.round(b, 2)[order]

    def placements(s):
        kernel = lambda x, z: (x > z) + 0.5 * (x == z)
        grid = kernel(s[y][:, None], s[~y][None, :])
        return grid.mean(1), grid.mean(0)

    v, w = zip(placements(a), placements(b))
    cov = np.cov(v) / m + np.cov(w) / n
    auc = np.mean(v, 1)
    z = (auc[0] - auc[1]) / np.sqrt(cov[0, 0] + cov[1, 1] - 2 * cov[0, 1])
    return dict(name=name, positive=y.tolist(), a=a.tolist(), b=b.tolist(), auc=auc.tolist(),
                cov=[cov[0, 0], cov[1, 1], cov[0, 1]], z=z, p=2 * st.norm.sf(abs(z)))


def wilcoxon_case(name, d):
    expected = {}
    for ours, theirs in (("drop", "wilcox"), ("pratt", "pratt"), ("split", "zsplit")):
        if len(d) > 50:
            r = st.wilcoxon(d, zero_method=theirs, method="asymptotic", correction=False)
        elif len(set(np.abs(d))) == len(d) and (d != 0).all():
            r = st.wilcoxon(d, zero_method=theirs, method="exact")
        else:  # all 2^n signs
            r = st.wilcoxon(d, zero_method=theirs, method=st.PermutationMethod(n_resamples=np.inf))
        expected[ours] = [float(r.statistic), float(r.pvalue)]
    return dict(name=name, differences=d.tolist(), expected=expected)


def friedman_case(name, n, k, decimals):
    x = np.round(rng.normal(size=(n, k)) + np.linspace(0, 0.5, k), decimals)
    ranks = np.array([st.rankdata(-r) for r in x]).mean(0)
    chi = 12 * n / (k * (k + 1)) * ((ranks**2).sum() - k * (k + 1) ** 2 / 4)
    f = (n - 1) * chi / (n * (k - 1) - chi)
    tied = st.friedmanchisquare(*x.T)
    q = st.studentized_range.ppf(0.95, k, np.inf) / np.sqrt(2)
    return dict(name=name, scores=x.tolist(), mean_ranks=ranks.tolist(), chi=chi, f=f,
                p=st.f.sf(f, k - 1, (k - 1) * (n - 1)), chi_ties=float(tied.statistic),
                p_ties=float(tied.pvalue), cd=q * np.sqrt(k * (k + 1) / (6 * n)))


def mcnemar_case(both, a, b, neither):
    table = [[both, a], [b, neither]]
    c = mcnemar(table, exact=False, correction=True)
    e = mcnemar(table, exact=True)
    k, n = min(a, b), a + b
    midp = min(1.0, 2 * st.binom.cdf(k, n, 0.5) - st.binom.pmf(k, n, 0.5))
    return dict(table=[both, a, b, neither], chi=float(c.statistic), p=float(c.pvalue),
                exact=float(e.pvalue), midp=float(midp))


def t_case(n, folds):
    d = rng.normal(0.01, 0.02, n)
    se = np.sqrt(d.var(ddof=1) * (1 / n + 1 / (folds - 1)))
    t = d.mean() / se
    half = st.t.ppf(0.95, n - 1) * se
    margin = 0.02
    lower, upper = st.t.sf((d.mean() + margin) / se, n - 1), st.t.sf((margin - d.mean()) / se, n - 1)
    return dict(differences=d.tolist(), folds=folds, repeats=n // folds, t=t,
                p=2 * st.t.sf(abs(t), n - 1), interval90=[d.mean() - half, d.mean() + half],
                margin=margin, non_inferiority=lower, equivalence=max(lower, upper))


def bootstrap_case(name, x):
    out = {}
    for method in ("percentile", "BCa"):
        r = st.bootstrap((x,), np.mean, n_resamples=200_000, method=method, batch=1000,
                         rng=np.random.default_rng(SEED))
        out[method.lower()] = [float(r.confidence_interval.low), float(r.confidence_interval.high)]
    return dict(name=name, values=x.tolist(), **out)


p_values = [rng.uniform(0, 1, 12) ** 2, np.round(rng.uniform(0, 0.2, 9), 2), np.array([0.03, 0.01])]
METHODS = dict(bonferroni="bonferroni", holm="holm", hochberg="simes-hochberg", hommel="hommel",
               benjamini_hochberg="fdr_bh", benjamini_yekutieli="fdr_by")
small = rng.normal(0.3, 1, 12)
tied = np.array([0, 1, -1, 2, 2, -3, 0, 4, 1, 5, 0, 6], float)
large = np.round(rng.normal(0.2, 1, 70), 1)
json.dump(
    dict(
        made_by="tools/golden/metrics_stats.py",
        versions=dict(scipy=scipy.__version__, statsmodels=statsmodels.__version__, numpy=np.__version__),
        seed=SEED,
        tolerance=1e-9,
        delong=[delong_case("41 and 72 rows, graded", 41, 72, 5), delong_case("few rows", 8, 5, 0)],
        wilcoxon=[wilcoxon_case("no ties", small), wilcoxon_case("ties and zeros", tied),
                  wilcoxon_case("70 differences", large)],
        friedman=[friedman_case("no ties", 12, 5, 9), friedman_case("ties", 9, 3, 0)],
        mcnemar=[mcnemar_case(50, 12, 5, 8), mcnemar_case(0, 1, 0, 3), mcnemar_case(700, 60, 90, 20)],
        corrections=[
            dict(p=p.tolist(), adjusted={ours: multipletests(p, method=theirs)[1].tolist()
                                         for ours, theirs in METHODS.items()})
            for p in p_values
        ],
        proportions=[
            dict(hits=k, rows=n, level=level, **{
                ours: [float(x) for x in proportion_confint(k, n, alpha=1 - level, method=theirs)]
                for ours, theirs in (("wilson", "wilson"), ("clopper_pearson", "beta"), ("jeffreys", "jeffreys"))
            })
            for k, n, level in ((45, 50, 0.95), (1, 7, 0.9), (399, 1000, 0.99))
        ],
        corrected_t=[t_case(30, 10), t_case(6, 3)],
        bootstrap=[bootstrap_case("skewed", np.round(rng.exponential(1, 30), 3))],
    ),
    sys.stdout, separators=(",", ":"),
)
print()
