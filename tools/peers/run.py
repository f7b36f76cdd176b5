"""Compares midfuse with Python PyTorch: same shapes, same threads, repetitions interleaved.

    cargo build --release -p midfuse-benches
    python tools/peers/run.py                 # every case
    python tools/peers/run.py train resnet18  # ids that contain a word

Needs torch 2.11, torchvision, rtdl_revisiting_models and rtdl_num_embeddings. Three processes live side by side: ours,
PyTorch eager (default AdamW) and PyTorch tuned (channels-last, fused AdamW). They take turns, one
repetition each, so that a busy moment of the machine meets all of them. Prints the median time of
an iteration and the median, over the repetitions, of our time divided by theirs.
"""

import argparse
import os
import platform
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TARGETS = {
    "mlp-64-128-2/b32/cpu/f32/train": ("tuned", 0.5),
    "trimodal/b32/cpu/f32/train": ("faster", 0.9),
    "resnet18/b32/cpu/f32/train": ("eager", 1.05),
    "sequence-transformer/b32/cpu/f32/train": ("eager", 1.05),
}


class Peer:
    """A process that answers line by line."""

    def __init__(self, command, threads, cpu_clock):
        self.cpu_clock = cpu_clock
        env = {**os.environ, "OMP_NUM_THREADS": str(threads), "MKL_NUM_THREADS": str(threads)}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
        self.process = subprocess.Popen(command, env=env, **pipes)

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"a peer ended at {line!r}")
        return answer

    def seconds(self, case, n):
        """Of `n` iterations: by the wall, or those that the one thread was on a core."""
        before = self.on_core()
        wall = float(self.ask(f"run {case} {n}"))
        return self.on_core() - before if self.cpu_clock else wall

    def on_core(self):
        return int(Path(f"/proc/{self.process.pid}/schedstat").read_text().split()[0]) / 1e9

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def measure(peers, case, options):
    """Median milliseconds by peer, and the median ratio of ours to each other's."""
    for peer in peers.values():
        peer.seconds(case, 3)
    once = max(peer.seconds(case, 3) / 3 for peer in peers.values())
    n = max(1, round(options.seconds / once))
    times = {name: [] for name in peers}
    for _ in range(options.repetitions):
        for name, peer in peers.items():
            times[name].append(peer.seconds(case, n) / n)
    medians = {name: 1e3 * statistics.median(values) for name, values in times.items()}
    ours = times["midfuse"]
    ratio = lambda theirs: statistics.median(a / b for a, b in zip(ours, theirs))
    return medians, {name: ratio(times[name]) for name in peers if name != "midfuse"}


def cpu():
    names = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return f"{names[0].split(':')[1].strip()}, {len(names)} logical cores" if names else platform.processor()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("words", nargs="*", help="only ids that contain one of these")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--repetitions", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=0.2, help="length of a repetition")
    parser.add_argument("--peer", default=str(ROOT / "target/release/midfuse-peer"), help="our program")
    parser.add_argument("--clock", choices=["wall", "cpu"], default="wall", help="cpu: on a busy machine, one thread")
    options = parser.parse_args()
    if options.clock == "cpu" and options.threads != 1:
        parser.error("--clock cpu counts one thread")
    python = [sys.executable, str(Path(__file__).with_name("peer.py"))]
    start = lambda command: Peer(command, options.threads, options.clock == "cpu")
    peers = {
        "midfuse": start([options.peer]),
        "eager": start([*python, "eager"]),
        "tuned": start([*python, "tuned"]),
    }
    ids = peers["midfuse"].ask("list").split()
    missing = set(ids) ^ set(peers["eager"].ask("list").split())
    if missing:
        sys.exit(f"only one side has {sorted(missing)}")
    chosen = [case for case in ids if not options.words or any(word in case for word in options.words)]
    print(f"{cpu()}; {options.threads} thread(s); {options.repetitions} repetitions of {options.seconds} s, {options.clock} clock\n")
    print("| case | midfuse ms | eager ms | tuned ms | to eager | to tuned | target |")
    print("|---|---|---|---|---|---|---|")
    for case in chosen:
        medians, ratios = measure(peers, case, options)
        against, limit = TARGETS.get(case, (None, None))
        target = ""
        if against:
            # Against the faster peer the ratio is the larger one.
            reached = max(ratios.values()) if against == "faster" else ratios[against]
            target = f"{'met' if reached <= limit else 'MISSED'}: {limit} of {against}"
        times = " | ".join(f"{medians[name]:.3f}" for name in peers)
        print(f"| `{case}` | {times} | {ratios['eager']:.2f} | {ratios['tuned']:.2f} | {target} |", flush=True)
    for peer in peers.values():
        peer.close()


if __name__ == "__main__":
    main()
