"""The data sets of `tables.py`: each becomes one CSV of a row per unit, read from ../shared/data.

A data set is its rows as dictionaries of text, the target (of a survival the columns of the time and of the
censoring, which is 1), the group that no split may part, and the metric in which it is compared. Nothing of the data is kept in the project.
"""
import csv
import gzip
import itertools
import pathlib


def read(path):
    opened = gzip.open(path, "rt") if path.suffix == ".gz" else open(path, newline="", encoding="utf-8")
    with opened as file:
        return list(csv.DictReader(file))


def breast_tcga(data):
    """Subtypes of 150 tumours from 200 messenger RNAs and 184 micro RNAs."""
    folder = data / "breast-tcga"
    labels = {row["sample"]: row["subtype"] for row in read(folder / "train_labels.csv")}
    rows = {sample: {"subtype": subtype} for sample, subtype in labels.items()}
    for block in ("mrna", "mirna"):
        for row in read(folder / f"train_{block}.csv"):
            sample = row.pop("sample")
            rows[sample].update({f"{block}_{name}": value for name, value in row.items()})
    return list(rows.values()), "subtype", None, "auc-ovr"


def tcga_luad_three_years(data):
    """Whether a patient with lung adenocarcinoma lives three years; those censored before are left out."""
    seen, rows = set(), []
    for row in read(data / "tcga-luad-blca" / "tcga_luad.csv.gz"):
        months, censored = float(row["survival_months"]), float(row["censorship"]) > 0
        if row["case_id"] in seen or (censored and months < 36):
            continue
        seen.add(row["case_id"])
        keep = {k: v for k, v in row.items() if k.endswith(("_rnaseq", "_cnv")) or k in ("age", "is_female")}
        # The columns that vary most: 3,000 would say the same, slower.
        rows.append({"alive": "yes" if months >= 36 else "no", **keep})
    return thin(rows, "_rnaseq", 300), "alive", None, "auc"


def tcga_luad_cox(data):
    """Survival of patients with lung adenocarcinoma, as far as each was followed."""
    seen, rows = set(), []
    for row in read(data / "tcga-luad-blca" / "tcga_luad.csv.gz"):
        if row["case_id"] in seen:
            continue
        seen.add(row["case_id"])
        keep = {k: v for k, v in row.items() if k.endswith(("_rnaseq", "_cnv")) or k in ("age", "is_female")}
        outcome = {"months": row["survival_months"], "censored": int(float(row["censorship"]))}
        rows.append({**outcome, **keep})
    return thin(rows, "_rnaseq", 300), ("months", "censored"), None, "concordance"


def thin(rows, suffix, most):
    """Keeps the columns of a suffix that vary most; targets play no part."""
    names = [name for name in rows[0] if name.endswith(suffix)]

    def variance(name):
        values = [float(row[name]) for row in rows if row[name]]
        mean = sum(values) / len(values)
        return sum((value - mean) ** 2 for value in values) / len(values)

    kept = set(sorted(names, key=variance, reverse=True)[:most])
    return [{k: v for k, v in row.items() if not k.endswith(suffix) or k in kept} for row in rows]


def physionet2012(data):
    """Death in hospital from summaries of the first 48 hours of 4,000 stays: last, mean, least, most, count."""
    folder = data / "physionet2012"
    died = {row["RecordID"]: row["In-hospital_death"] for row in read(folder / "Outcomes-a.txt")}
    values = {}
    for row in read(folder / "set-a.csv.gz"):
        if row["Parameter"] != "RecordID" and float(row["Value"]) >= 0:
            of_stay = values.setdefault(row["RecordID"], {})
            of_stay.setdefault(row["Parameter"], []).append(float(row["Value"]))
    static = ("Age", "Gender", "Height", "ICUType")
    names = sorted({name for of_stay in values.values() for name in of_stay})
    rows = []
    for stay, outcome in died.items():
        row = {"died": "yes" if outcome == "1" else "no"}
        of_stay = values.get(stay, {})
        for name in names:
            seen = of_stay.get(name, [])
            if name in static:
                row[name] = seen[0] if seen else ""
                continue
            row[f"{name}_last"] = seen[-1] if seen else ""
            row[f"{name}_mean"] = sum(seen) / len(seen) if seen else ""
            row[f"{name}_min"] = min(seen, default="")
            row[f"{name}_max"] = max(seen, default="")
            row[f"{name}_n"] = len(seen)
        rows.append(row)
    return rows, "died", None, "auc"


def azimuth_crispr(data):
    """Rank of a guide's effect from its 30 bases and place in the protein; no gene is on both sides."""
    rows = []
    for row in read(data / "azimuth-crispr" / "FC_plus_RES_withPredictions.csv"):
        bases = row["30mer"]
        made = {f"{base}{place}": int(letter == base) for place, letter in enumerate(bases) for base in "ACGT"}
        for pair in itertools.product("ACGT", repeat=2):
            pair = "".join(pair)
            made[f"n_{pair}"] = sum(bases[i : i + 2] == pair for i in range(len(bases) - 1))
        rows.append({
            "score": row["score_drug_gene_rank"], "gene": row["Target gene"],
            "cut": row["Amino Acid Cut position"], "peptide": row["Percent Peptide"], **made,
        })
    return rows, "score", "gene", "r2"


def lgg_mri_genomic(data):
    """Death of 110 patients with lower-grade glioma from molecular clusters, histology and age."""
    rows = [row for row in read(data / "lgg-mri-genomic" / "patients.csv") if row["death01"]]
    for row in rows:
        del row["Patient"], row["tumor_tissue_site"]
        row["died"] = "yes" if float(row.pop("death01")) > 0 else "no"
    return rows, "died", None, "auc"


def digits(data):
    """Ten digits from Zernike moments: the file that is bundled."""
    folder = pathlib.Path(__file__).resolve().parents[3] / "examples" / "data" / "digits"
    rows = {row.pop("id"): row for row in read(folder / "zernike.csv")}
    for row in read(folder / "rows.csv"):
        rows[row["id"]]["digit"] = "d" + row["digit"]
    return list(rows.values()), "digit", None, "accuracy"


ALL = {
    "breast-tcga": breast_tcga,
    "tcga-luad-three-years": tcga_luad_three_years,
    "tcga-luad-cox": tcga_luad_cox,
    "physionet2012": physionet2012,
    "azimuth-crispr": azimuth_crispr,
    "lgg-mri-genomic": lgg_mri_genomic,
    "digits": digits,
}
