"""Of how many models do we know all columns, without a catalog? And what hides the others?

    known.py --server PROGRAM PROJECT... [--reasons 10]

Each PROJECT is a folder with a dbt project, or with several. Prints a table by dialect, and what hides columns most often.
"""
import argparse
import json
import re
import subprocess
from collections import Counter, defaultdict


def reason(model):
    """What hides the columns of a model, said so that the same stands for many."""
    hidden = model["hidden_by"]
    if hidden is None:
        return "Python" if model["file"].endswith(".py") else "several statements, or none"
    what = hidden["what"]
    call = re.match(r"\{\{-?\s*([\w.]+)\s*\(", what)
    if call and call[1] in ("source", "ref"):
        return f"a star over a {call[1]}"
    if call:
        return f"a call of {call[1]}"
    if what.startswith("{"):
        return "other Jinja"
    return "no column" if not what else "SQL that is not understood"


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--server", required=True)
    ap.add_argument("--reasons", type=int, default=10)
    ap.add_argument("projects", nargs="+")
    a = ap.parse_args()
    rows, why = defaultdict(Counter), Counter()
    for project in a.projects:
        text = subprocess.run([a.server, "models", project], capture_output=True, text=True, check=True).stdout
        for model in json.loads(text)["models"]:
            row = rows[model["dialect"]]
            row["models"] += 1
            row[model["known_columns"]] += 1
            if model["known_columns"] != "all":
                why[(model["dialect"], reason(model))] += 1
    print("| dialect | models | all columns known | some | none |\n|---|---|---|---|---|")
    total = Counter()
    for dialect, row in sorted(rows.items()) + [("all", None)]:
        row = total if row is None else row
        if row is not total:
            total.update(row)
        share = row["all"] / max(1, row["models"])
        print(f"| {dialect} | {row['models']:,} | {row['all']:,} ({share:.1%}) | {row['some']:,} | {row['none']:,} |")
    print()
    for (dialect, text), count in why.most_common(a.reasons):
        print(f"{count:6} {dialect}: {text}")


if __name__ == "__main__":
    main()
