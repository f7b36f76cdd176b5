"""PyTorch's side: answers run.py line by line, as benches/src/bin/peer.rs does.

Started with `eager` or `tuned`. `list` prints the ids; `run ID N` runs N iterations and prints
their seconds.
"""

import os
import sys
import time

import torch

from models import cases


def main():
    tuned = sys.argv[1] == "tuned"
    torch.set_num_threads(int(os.environ.get("OMP_NUM_THREADS", "1")))
    builders, built = cases(), (None, None)
    for line in sys.stdin:
        words = line.split()
        if words == ["list"]:
            print(" ".join(builders), flush=True)
            continue
        _, case, n = words
        if built[0] != case:
            torch.manual_seed(7)
            built = (case, builders[case](tuned))
        start = time.perf_counter()
        for _ in range(int(n)):
            built[1]()
        print(time.perf_counter() - start, flush=True)


if __name__ == "__main__":
    main()
