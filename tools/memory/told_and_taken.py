"""What `--dry-run` says that jobs take of memory, beside what the worker takes of the machine.

    cargo build --release -p midfuse-cli -p midfuse-worker
    LD_LIBRARY_PATH=.libtorch/lib python tools/memory/told_and_taken.py

Linux only. Makes a cohort of 120 pictures of 224 x 224 and two columns, and runs a short study of each
case with one worker, whose anonymous memory is read a hundred times a second.
"""

import random
import re
import struct
import subprocess
import tempfile
import time
import zipfile
from array import array
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
MIDFUSE = ROOT / "target/release/midfuse"
CASES = [  # strategy, its config, encoder of the pictures, batch
    ("single", "", "conv-net", 32),
    ("early", "", "conv-net", 32),
    ("early", "", "conv-net", 80),
    ("attention", "", "conv-net", 80),
    ("concat", "", "resnet", 64),
]
ROWS, SIDE = 120, 224


def cohort(folder):
    rng = random.Random(1)
    labels = [rng.choice("ab") for _ in range(ROWS)]
    pixels = array("f", (rng.random() for _ in range(ROWS * SIDE * SIDE)))
    header = f"{{'descr': '<f4', 'fortran_order': False, 'shape': ({ROWS}, 1, {SIDE}, {SIDE}), }}"
    header = header.ljust(117) + "\n"
    npy = b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode()
    with zipfile.ZipFile(folder / "xray.npz", "w") as out:
        out.writestr("xray.npy", npy + pixels.tobytes())
    ids = [f"p{i:03}" for i in range(ROWS)]
    rows = "".join(f"{i},{y}\n" for i, y in zip(ids, labels))
    (folder / "rows.csv").write_text("id,y\n" + rows)
    clinical = "".join(f"{i},{rng.random():.3f},{rng.random():.3f}\n" for i in ids)
    (folder / "clinical.csv").write_text("id,age,bp\n" + clinical)
    (folder / "cohort.toml").write_text(
        'format = 1\nname = "memory"\n[rows]\nfile = "rows.csv"\nid = "id"\n'
        '[[targets]]\nname = "y"\nkind = "classification"\n'
        f'[[modalities]]\nkind = "image"\nname = "xray"\nshape = [1, {SIDE}, {SIDE}]\narray = "xray.npz"\n'
        '[[modalities]]\nkind = "tabular"\nname = "clinical"\ntable = "clinical.csv"\n'
    )


def study(strategy, config, encoder, batch):
    single = "" if strategy == "single" else '[[strategies]]\nfusion = "single"\n'
    return (
        'name = "memory"\ncohort = "cohort"\ntarget = "y"\n[protocol]\nouter_folds = 2\n'
        f"[budget]\ntrials = 1\nepochs = 2\n[training]\nbatch_size = {batch}\n"
        f'[[modalities]]\nname = "xray"\nencoder = "{encoder}"\n'
        '[[modalities]]\nname = "clinical"\nencoder = "mlp"\n'
        f'[[strategies]]\nfusion = "{strategy}"\n{config}\n{single}'
    )


def told(file):
    command = [MIDFUSE, "study", file, "--dry-run", "--workers", "1"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    units = {"KiB": 1 / 1024, "MiB": 1, "GiB": 1024}
    found = re.findall(r"^\S+ +\d+ .* ([\d.]+) ([KMG]iB)$", said, re.MULTILINE)
    return max(float(number) * units[unit] for number, unit in found)


def children(pid):
    threads = Path(f"/proc/{pid}/task").glob("*/children")
    listed = [child for thread in threads for child in thread.read_text().split()]
    return [child for one in listed for child in [one, *children(one)]]


def taken(file, out):
    command = [MIDFUSE, "study", file, "--out", out, "--workers", "1"]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    peak = 0
    while running.poll() is None:
        try:
            for child in children(running.pid):
                status = Path(f"/proc/{child}/status").read_text()
                peak = max(peak, int(re.search(r"RssAnon:\s+(\d+)", status)[1]))
        except (OSError, TypeError):
            pass  # It has just ended.
        time.sleep(0.01)
    assert running.returncode == 0
    return peak / 1024


def main():
    with tempfile.TemporaryDirectory() as place:
        place = Path(place)
        (place / "cohort").mkdir()
        cohort(place / "cohort")
        print("| strategy | pictures | batch | told, MiB | taken, MiB | told / taken |\n" + "| --- " * 6 + "|")
        for nth, (strategy, config, encoder, batch) in enumerate(CASES):
            file = place / f"{nth}.toml"
            file.write_text(study(strategy, config, encoder, batch))
            said = told(file)
            was = taken(file, place / str(nth))
            print(f"| `{strategy}` | `{encoder}` | {batch} | {said:.0f} | {was:.0f} | {said / was:.2f} |", flush=True)


if __name__ == "__main__":
    main()
