"""Ranks of the 113 rows of pROC's aSAH example, for its published DeLong tests.

    python tools/golden/eval_asah.py aSAH.RData > target/golden/asah.json

`aSAH.RData` comes with the R package pROC (Debian: r-cran-proc; data of Turck et al. 2010). pROC is GPL, so
neither the rows nor their ranks are kept in this project: the test `delong_of_three_markers_is_that_of_proc`
says that it is skipped where the file is absent.
The expected values are those of pROC's own tests (`tests/testthat/test-roc.test.R`), typed by hand.
"""
import json
import sys

import numpy as np
import rdata

data = rdata.read_rda(sys.argv[1])["aSAH"]


def ranks(column):
    values = np.asarray(data[column].astype(str).astype(float))
    return np.unique(values, return_inverse=True)[1].tolist()


json.dump(
    dict(
        made_by="tools/golden/eval_asah.py",
        versions=dict(rdata=rdata.__version__, numpy=np.__version__),
        positive=(data["outcome"].astype(str) == "Poor").tolist(),
        ranks={name: ranks(name) for name in ("wfns", "s100b", "ndka")},
        tests=[
            dict(a="wfns", b="s100b", z=2.20898359144091, p=0.0271757822291882),
            dict(a="wfns", b="ndka", z=2.79777591868904, p=0.00514557970691098),
            dict(a="ndka", b="s100b", z=-1.39077002573558, p=0.164295175223054),
        ],
    ),
    sys.stdout, separators=(",", ":"),
)
print()
