#!/usr/bin/env python3
"""Our image defaults against torchvision's ResNet-18 in PyTorch, at 224 pixels, on the same folds.

    cargo build --release --bins
    python3 tools/peers/images/run.py --data DATA --out out/images [--patients 93] [--epochs 20]

The images are slices of DATA/lgg-mri-genomic: three of each patient, its pre-contrast channel alone,
made 224 x 224; the target is whether the slice shows tumour, and no patient is on both sides. The study
is what `midfuse init` writes for it. Its outer folds (folds.csv) are then those of the peer:
`torchvision.models.resnet18` from scratch with one input channel, AdamW at 1e-3 with a cosine to zero,
batches of 32, mirrored at random, pixels standardised by the train rows, all training rows of a fold.

Printed: AUC over outer folds, and the CPU seconds of both. Last run with Python 3.11, torch 2.11.0,
torchvision 0.26.0, scikit-learn 1.9.1, Pillow 12.3.
"""
import argparse
import csv
import json
import pathlib
import random
import subprocess
import sys
import time

import numpy as np
import torch
import torchvision
from PIL import Image
from sklearn.metrics import roc_auc_score
from torch import nn

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from folds import folds

SIDE, BATCH, SEED = 224, 32, 0


def slices(data, n_patients):
    """Three slices of each patient, drawn at random: rows, and pixels [N, 1, 224, 224] from 0 to 1."""
    folder = data / "lgg-mri-genomic"
    with open(folder / "slices.csv", newline="", encoding="utf-8") as file:
        of_patient = {}
        for row in csv.DictReader(file):
            of_patient.setdefault(row["patient"], []).append(row)
    draw = random.Random(SEED)
    patients = draw.sample(sorted(of_patient), n_patients)
    rows = [row for patient in patients for row in draw.sample(of_patient[patient], 3)]
    pixels = []
    for row in rows:
        image = Image.open(folder / row["image"]).getchannel("R").resize((SIDE, SIDE), Image.Resampling.BICUBIC)
        pixels.append(np.asarray(image, dtype=np.float32)[None] / 255)
    return rows, np.stack(pixels)


def write_cohort(folder, rows, pixels):
    folder.mkdir(parents=True)
    np.save(folder / "slices.npy", pixels)
    with open(folder / "rows.csv", "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["slice", "patient", "tumour"])
        writer.writerows(
            [f"s{i:04}", row["patient"], "yes" if row["has_tumour"] == "1" else "no"] for i, row in enumerate(rows)
        )
    (folder / "cohort.toml").write_text(f"""format = 1
name = "slices"
[rows]
file = "rows.csv"
id = "slice"
unit = "slice"
group = "patient"
[[targets]]
name = "tumour"
kind = "classification"
[[modalities]]
kind = "image"
name = "scan"
shape = [1, {SIDE}, {SIDE}]
array = "slices.npy"
""", encoding="utf-8")


def command(*args):
    subprocess.run([str(arg) for arg in args], check=True, stdout=subprocess.DEVNULL)


def study(out, midfuse, trials):
    """AUC of each fold and CPU seconds of what `midfuse init` writes, with fewer settings."""
    file = out / "study.toml"
    command(midfuse, "init", "--cohort", out / "cohort", file)
    text = file.read_text(encoding="utf-8")
    text = "\n".join(f"trials = {trials}" if line.startswith("trials =") else line for line in text.splitlines())
    file.write_text(text.replace('# metric = "accuracy" ', 'metric = "auc" '), encoding="utf-8")
    command(midfuse, "study", file, "--out", out / "study", "--workers", 2)
    results = json.loads((out / "study" / "results.json").read_text(encoding="utf-8"))
    for arm in results["arms"]:
        aucs = [fold["scores"]["auc"] for fold in arm["folds"]]
        print(f"  {arm['name']:24} {np.mean(aucs):.4f}  {' '.join(f'{auc:.3f}' for auc in aucs)}", flush=True)


def resnet18(x, y, fold, epochs):
    """AUC on the test rows of a fold after training on its train rows."""
    torch.manual_seed(SEED)
    train, test = torch.tensor(fold["train"]), torch.tensor(fold["test"])
    x = (x - x[train].mean()) / x[train].std()
    net = torchvision.models.resnet18(num_classes=2)
    net.conv1 = nn.Conv2d(1, 64, 7, 2, 3, bias=False)
    net = net.to(memory_format=torch.channels_last)
    optimiser = torch.optim.AdamW(net.parameters(), lr=1e-3, fused=True)
    steps = epochs * -(-len(train) // BATCH)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimiser, steps)
    for _ in range(epochs):
        net.train()
        for rows in train[torch.randperm(len(train))].split(BATCH):
            batch = x[rows].contiguous(memory_format=torch.channels_last)
            batch = batch.flip(3) if torch.rand(()) < 0.5 else batch
            optimiser.zero_grad(set_to_none=True)
            nn.functional.cross_entropy(net(batch), y[rows]).backward()
            optimiser.step()
            schedule.step()
    net.eval()
    with torch.no_grad():
        scores = torch.cat([net(x[rows]) for rows in test.split(BATCH)]).softmax(1)[:, 1]
    return roc_auc_score(y[test], scores)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--midfuse", type=pathlib.Path, default=pathlib.Path("target/release/midfuse"))
    parser.add_argument("--patients", type=int, default=93)
    parser.add_argument("--trials", type=int, default=3)
    parser.add_argument("--epochs", type=int, default=20)
    parser.add_argument("--folds", type=int, default=5, help="of the peer: it takes minutes each")
    args = parser.parse_args()
    if not (args.data / "lgg-mri-genomic").exists():
        raise SystemExit(f"skipped: {args.data / 'lgg-mri-genomic'} is not there")
    rows, pixels = slices(args.data, args.patients)
    if not (args.out / "cohort").exists():
        write_cohort(args.out / "cohort", rows, pixels)
    print(f"{len(rows)} slices of {args.patients} patients, {SIDE} x {SIDE}, AUC: mean and folds")
    study(args.out, args.midfuse, args.trials)
    torch.set_num_threads(2)
    y = torch.tensor([int(row["has_tumour"]) for row in rows])
    start = time.process_time()
    of_folds = folds(args.out / "study" / "folds.csv")[: args.folds]
    aucs = [resnet18(torch.from_numpy(pixels), y, fold, args.epochs) for fold in of_folds]
    print(f"  {'torchvision ResNet-18':24} {np.mean(aucs):.4f}  {' '.join(f'{auc:.3f}' for auc in aucs)}")
    print(f"  {time.process_time() - start:.0f} CPU s in PyTorch")


if __name__ == "__main__":
    main()
