#!/usr/bin/env python3
"""The study of docs/survival.md: TCGA's lung adenocarcinomas, three modalities, time to death.

    cargo build --release --bins
    python3 tools/peers/survival/run.py --data DATA --out out/survival

Makes a cohort of DATA/tcga-luad-blca (age and sex; 2,812 expressions; 284 copy numbers; slides are rows,
patients groups), lets `midfuse init` write the study, sets the horizons to 12, 24, 36 and 60 months, and runs
it. Printed is what `midfuse study` prints. Needs nothing but Python's standard library.
"""
import argparse
import csv
import gzip
import pathlib
import subprocess

MODALITIES = {
    "clinical": lambda name: name in ("age", "is_female"),
    "rna": lambda name: name.endswith("_rnaseq"),
    "cnv": lambda name: name.endswith("_cnv"),
}
COHORT = """format = 1
name = "tcga-luad"
[rows]
file = "rows.csv"
id = "slide_id"
unit = "case_id"
group = "case_id"
[[targets]]
name = "death"
kind = "survival"
time = "survival_months"
event = "censorship"
event_values = ["0"]
censored_values = ["1"]
unit = "months"
"""


def write(path, rows, names):
    with open(path, "w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, names, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)


def cohort(data, folder):
    with gzip.open(data / "tcga-luad-blca" / "tcga_luad.csv.gz", "rt") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        row["censorship"] = str(int(float(row["censorship"])))
    folder.mkdir(parents=True)
    write(folder / "rows.csv", rows, ["slide_id", "case_id", "survival_months", "censorship"])
    text = COHORT
    for name, belongs in MODALITIES.items():
        write(folder / f"{name}.csv", rows, ["slide_id", *filter(belongs, rows[0])])
        text += f'[[modalities]]\nname = "{name}"\nkind = "tabular"\ntable = "{name}.csv"\nid = "slide_id"\n'
    (folder / "cohort.toml").write_text(text, encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--out", type=pathlib.Path, required=True)
    parser.add_argument("--midfuse", type=pathlib.Path, default=pathlib.Path("target/release/midfuse"))
    args = parser.parse_args()
    if not (args.data / "tcga-luad-blca").exists():
        raise SystemExit(f"skipped: {args.data / 'tcga-luad-blca'} is not there")
    file = args.out / "study.toml"
    if not file.exists():
        cohort(args.data, args.out / "cohort")
        subprocess.run([args.midfuse, "init", "--cohort", args.out / "cohort", file], check=True)
        text = file.read_text(encoding="utf-8")
        text = text.replace("[survival]", "[survival]\nhorizons = [12, 24, 36, 60]\n", 1)
        file.write_text(text, encoding="utf-8")
    subprocess.run([args.midfuse, "study", file, "--out", args.out / "study", "--workers", "2"], check=True)


if __name__ == "__main__":
    main()
