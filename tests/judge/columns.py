"""Are the columns and types that we work out those that the warehouse gives?

    columns.py --server PROGRAM --out target/judge [--count 300] [--seed 1]

The example mesh is built by real dbt on DuckDB. Then each of its SELECTs, and COUNT mutations of them made from the seed number,
stand as models of their own, and dbt builds all of them. DuckDB describes what dbt compiled, which is what dbt's contract check asks
it, and the views that dbt made of it; `dbt-mesh-lsp models` says what we take them for. What dbt cannot build, `check` should show as
an error or a warning, and what it builds never as an error.
Must run in the Python that has dbt and DuckDB.
"""
import argparse
import json
import os
import random
import re
import shutil
import subprocess
import sys
from collections import Counter, defaultdict
from pathlib import Path

import duckdb

ROOT = Path(__file__).resolve().parents[2]
PROJECTS = ["domain_inventory", "domain_sales", "domain_finance"]
# The files of the example that dbt refuses on purpose.
REFUSED = ["domain_sales/analyses/deliveries_against_orders.sql", "domain_finance/models/reports/price_changes.sql"]
NUMBERS = ["{0} + 1", "{0} * 2", "{0} * 1.5", "{0} / 2", "{0} // 2", "{0} % 3", "-{0}", "coalesce({0}, 0)", "round({0} / 100.0, 2)",
           "cast({0} as decimal(12, 2))", "cast({0} as decimal(12, 2)) * 0.19", "{0}::varchar", "nullif({0}, 0)", "abs({0})",
           "case when {0} > 3 then {0} else 0 end", "case when {0} > 3 then 1.5 end", "greatest({0}, 10)", "{0} = 1", "floor({0})",
           "sum({0}) over ()", "avg({0}) over ()", "lag({0}) over (order by {0})", "row_number() over (order by {0})",
           "power({0}, 2)", "round(cast({0} as decimal(10, 4)), 1)", "cast({0} as bigint) + {0}", "{0} between 1 and 2", "mod({0}, 2)"]
TEXTS = ["upper({0})", "{0} || 'x'", "length({0})", "coalesce({0}, 'none')", "nullif({0}, '')", "left({0}, 2)", "{0} like 'a%'",
         "case when {0} = 'a' then 1 else 2 end", "concat({0}, '!')", "md5({0})", "substring({0}, 1, 3)", "trim({0})", "{0} in ('a', 'b')"]
DATES = ["date_trunc('month', {0})", "cast(date_trunc('month', {0}) as date)", "extract(year from {0})", "{0} + 1",
         "{0} + interval 1 day", "year({0}) * 100 + month({0})", "cast({0} as timestamp)", "datediff('day', {0}, current_date)",
         "strftime({0}, '%Y')", "last_day({0})", "coalesce({0}, current_date)", "{0} - {0}", "max({0}) over ()"]


def outer_list(text):
    """The items of the last select that stands at the left margin: places of each, commas aside."""
    head = list(re.finditer(r"(?m)^select\b", text))
    if not head:
        return None
    start = head[-1].end()
    depth, items, last = 0, [], start
    for m in re.finditer(r"[(),]|\{\{.*?\}\}|'[^']*'|\bfrom\b", text[start:], re.S):
        at, word = start + m.start(), m.group()
        if word == "(":
            depth += 1
        elif word == ")":
            depth -= 1
        elif word == "," and depth == 0:
            items.append((last, at))
            last = at + 1
        elif word == "from" and depth == 0:
            items.append((last, at))
            return items
    return None


def name_of(item):
    words = re.findall(r"[A-Za-z_]\w*", item)
    return words[-1] if words else None


def mutate(text, types, rng):
    """One mutation: its kind and the text after it; none where it does not fit."""
    items = outer_list(text)
    if not items:
        return None
    a, b = rng.choice(items)
    item = text[a:b]
    name = name_of(item)
    if not name or "{{" in item or item.strip() == "*":
        return None
    pad = re.match(r"\s*", item).group()
    kind = rng.choice(["expression"] * 6 + ["drop", "rename", "twice", "star", "exclude", "replace", "union", "cte", "subquery", "typo",
                                            "aggregate", "swap", "values", "alias", "macro", "macro", "loop", "loop"])
    first = re.search(r"(?m)^\S", text).start() if "{{ config" not in text else text.index("}}") + 2
    head, body = (text[:first], text[first:]) if "{{ config" in text[:first] else ("", text)
    plain = re.sub(r"\s+as\s+\w+\s*$", "", item.strip())
    if kind == "expression":
        group = types.get(name.lower(), "")
        forms = NUMBERS if re.search("INT|DECIMAL|DOUBLE|FLOAT", group) else DATES if group in ("DATE", "TIMESTAMP") else TEXTS
        if not group or "sum(" in item or "count(" in item:
            forms = ["coalesce({0}, {0})", "{0}", "case when true then {0} end", "nullif({0}, {0})"]
        form = rng.choice(forms)
        return f"expression {form.format('x')}", text[:a] + pad + form.format(f"({plain})") + f" as {name}" + "\n" + text[b:]
    if kind == "drop" and len(items) > 1:
        end = b + 1 if text[b] == "," else b
        cut = text[:a] + text[end:] if text[b] == "," else text[:a - 1] + "\n" + text[b:]
        return kind, cut
    if kind == "rename":
        return kind, text[:a] + pad + f"{plain} as renamed_{rng.randrange(9)}\n" + text[b:]
    if kind == "twice":
        return kind, text[:a] + item.rstrip() + "," + text[a:]
    if kind == "star":
        return kind, f"{head}with mutated as (\n{body}\n)\nselect * from mutated"
    if kind == "exclude":
        return kind, f"{head}with mutated as (\n{body}\n)\nselect * exclude ({name}) from mutated"
    if kind == "replace":
        return kind, f"{head}with mutated as (\n{body}\n)\nselect * replace (1 as {name}) from mutated"
    if kind == "union":
        return kind, f"{head}with mutated as (\n{body}\n)\nselect * from mutated union all select * from mutated"
    if kind == "cte":
        return kind, f"{head}with mutated as (\n{body}\n), more as (select m.{name}, 1 as one from mutated m)\nselect more.*, {name} is null as is_null from more"
    if kind == "subquery":
        return kind, f"{head}select s.{name}, (select max(x.{name}) from ({body}) as x) as most from (\n{body}\n) as s"
    if kind == "typo":
        other = name[:-1] + ("x" if name[-1] != "x" else "y")
        return kind, f"{head}with mutated as (\n{body}\n)\nselect {other} from mutated"
    if kind == "aggregate":
        f = rng.choice(["count({0})", "min({0})", "max({0})", "any_value({0})", "count(distinct {0})", "count(*)"])
        return f"aggregate {f.format('x')}", f"{head}with mutated as (\n{body}\n)\nselect {f.format(name)} as made, count(*) as lines from mutated"
    if kind == "swap" and len(items) > 1:
        c, d = items[-1] if (a, b) == items[0] else items[0]
        (a, b), (c, d) = sorted([(a, b), (c, d)])
        return kind, text[:a] + text[c:d].rstrip() + text[b:c] + text[a:b].rstrip() + "\n" + text[d:]
    if kind == "values":
        return kind, f"{head}with mutated as (\n{body}\n)\nselect m.{name}, n.other from mutated m join (select 1 as other) n on true join mutated o using ({name})"
    if kind == "macro":
        # {here} is the mutant's own name.
        return kind, "{% macro made_for_{here}() %}\n" + text[len(head):] + "\n{% endmacro %}\nBEHIND\nwith more as (\n{{ made_for_{here}() }}\n)\nselect * from more"
    if kind == "loop":
        others = [n for n in types if n != name.lower()][:2] + [name]
        return kind, (f"{head}with mutated as (\n{body}\n)\nselect {{% for part in {others} %}}\n    m.{{{{ part }}}} as {{{{ part }}}}_{{{{ loop.index }}}},"
                      f"\n{{% endfor %}} count(*) over () as lines\nfrom mutated as m")
    if kind == "alias":
        return kind, f"{head}with mutated as (\n{body}\n)\nselect {name} as a, a as b from mutated as m"
    return None


def run(words, cwd, env, may_fail=False):
    done = subprocess.run(words, cwd=cwd, env=env, capture_output=True, text=True, timeout=400)
    if done.returncode and not may_fail:
        raise SystemExit(f"{' '.join(map(str, words))} in {cwd}: {done.stdout[-1500:]}{done.stderr[-500:]}")
    return done.stdout


def same_type(one, other):
    plain = lambda t: t.upper().replace("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ").replace(" ", "")
    return plain(one) == plain(other)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--server", required=True)
    ap.add_argument("--out", type=Path, required=True)
    ap.add_argument("--count", type=int, default=300)
    ap.add_argument("--seed", type=int, default=1)
    a = ap.parse_args()
    mesh = (a.out / "columns").resolve()
    shutil.rmtree(mesh, ignore_errors=True)
    shutil.copytree(ROOT / "examples/teddy-retailers", mesh, ignore=shutil.ignore_patterns("logs", "*.duckdb"))
    for file in REFUSED:
        (mesh / file).unlink()
    dbt = Path(sys.executable).parent / "dbt"
    env = {k: v for k, v in os.environ.items() if not k.startswith("DBT_")} | {"TEDDY_RETAILERS_DB": str(mesh / "teddy.duckdb"), "DO_NOT_TRACK": "1"}
    for project in PROJECTS:
        run([dbt, "--quiet", "build", "--profiles-dir", "."], mesh / project, env)
    base = {}
    with duckdb.connect(str(mesh / "teddy.duckdb"), read_only=True) as db:
        for project in PROJECTS:
            for file in sorted((mesh / project / "target/compiled" / project / "models").rglob("*.sql")):
                described = db.execute("describe " + file.read_text()).fetchall()
                base[(project, file.stem)] = {r[0].lower(): r[1] for r in described}
    for file in [f for p in PROJECTS for f in (mesh / p).rglob("*.yml") if f.is_file()]:
        file.write_text(file.read_text().replace("access: private", "access: protected"))  # the mutants are in no group
    rng = random.Random(a.seed)
    models = [(p, f) for p in PROJECTS for f in sorted((mesh / p / "models").rglob("*.sql"))]
    kinds = {}
    for project, file in models:
        kinds[(project, file.stem)] = "as it is"
    made = 0
    for _ in range(a.count * 20):
        if made >= a.count:
            break
        project, file = rng.choice(models)
        found = mutate(file.read_text(), base.get((project, file.stem), {}), rng)
        if not found:
            continue
        kind, text = found
        made += 1
        target = mesh / project / "models" / "mutants" / f"mutant_{made:04}.sql"
        target.parent.mkdir(exist_ok=True)
        if kind == "macro":
            made_by, text = text.replace("{here}", target.stem).split("BEHIND\n")
            (mesh / project / "macros").mkdir(exist_ok=True)
            (mesh / project / "macros" / f"{target.stem}.sql").write_text(re.sub(r"\{\{\s*config\(.*?\)\s*\}\}", "", made_by, flags=re.S))
        target.write_text(re.sub(r"\{\{\s*config\(.*?\)\s*\}\}", "", text, flags=re.S))
        kinds[(project, target.stem)] = kind
    ours, findings, warned, built = {}, defaultdict(list), set(), {}
    for project in PROJECTS:
        run([dbt, "--quiet", "run", "--profiles-dir", ".", "--select", "path:models/mutants"], mesh / project, env, may_fail=True)
        for result in json.loads((mesh / project / "target/run_results.json").read_text())["results"]:
            built[(project, result["unique_id"].split(".")[2])] = result["status"] == "success"
        run([dbt, "--quiet", "compile", "--profiles-dir", "."], mesh / project, env)
    server = str(Path(a.server).resolve())
    for model in json.loads(run([server, "models", "."], mesh, env))["models"]:
        ours[(model["project"], Path(model["file"]).stem)] = model
    said = json.loads(run([server, "check", ".", "--output-format", "json", "--fail-on", "never", "--offline"], mesh, env))
    for finding in said["findings"]:
        if finding["severity"] == "error":
            findings[Path(finding["file"]).stem].append(finding)
        elif finding["severity"] == "warning" and "column" in finding["rule"]:
            warned.add(Path(finding["file"]).stem)
    table, wrong = defaultdict(Counter), []
    with duckdb.connect(str(mesh / "teddy.duckdb"), read_only=True) as db:
        made_by_dbt = defaultdict(list)
        for table_name, type_name in db.execute(
            "select table_name, data_type from information_schema.columns where table_name like 'mutant_%' order by table_name, ordinal_position"
        ).fetchall():
            made_by_dbt[table_name].append(type_name)
        for (project, stem), kind in sorted(kinds.items()):
            row = table[kind.split(" ")[0] if kind != "as it is" else kind]
            file = next((mesh / project / "target/compiled" / project / "models").rglob(f"{stem}.sql"), None)
            if file is None:
                continue
            row["models"] += 1
            try:
                truth = [(r[0].lower(), r[1]) for r in db.execute("describe " + file.read_text()).fetchall()]
            except duckdb.Error as e:
                row["refused"] += 1
                assert not built.get((project, stem)), f"dbt built {stem}, and DuckDB refuses it"
                shown = stem in warned or any("column" in f["rule"] for f in findings.get(stem, []))
                row["refused and shown"] += shown
                if not shown:
                    wrong.append(f"silent {stem} ({kind}): {str(e).splitlines()[0]}")
                continue
            if stem in made_by_dbt:
                assert built[(project, stem)], f"DuckDB describes {stem}, and dbt failed to build it"
                assert [t for _, t in truth] == made_by_dbt[stem], f"{stem}: {truth} described, {made_by_dbt[stem]} built"
                row["built"] += 1
            if findings.get(stem):
                row["false errors"] += 1
                wrong.append(f"FALSE {stem} ({kind}): {findings[stem][0]['message']}")
            model = ours.get((project, stem))
            columns = model and model["columns"]
            row["columns"] += len(truth)
            if columns is None:
                wrong.append(f"unknown {stem} ({kind})")
                continue
            row["columns known"] += len(truth)
            names = [c["name"].lower() for c in columns]
            if names != [name for name, _ in truth]:
                row["columns wrong"] += len(truth)
                wrong.append(f"WRONG {stem} ({kind}): {names} for {truth}")
                continue
            for column, (name, kind_of) in zip(columns, truth):
                if column["type"] is None:
                    wrong.append(f"untyped {stem} ({kind}): {name} {kind_of}")
                    continue
                row["types known"] += 1
                if not same_type(column["type"], kind_of):
                    row["types wrong"] += 1
                    wrong.append(f"WRONG {stem} ({kind}): {name} is {kind_of}, not {column['type']}")
    heads = ["models", "built", "columns", "columns known", "columns wrong", "types known", "types wrong", "refused", "refused and shown", "false errors"]
    print("| kind | " + " | ".join(heads) + " |\n|---|" + "---|" * len(heads))
    total = Counter()
    for kind, row in sorted(table.items()):
        total.update(row)
        print(f"| {kind} | " + " | ".join(str(row[h]) for h in heads) + " |")
    print("| all | " + " | ".join(str(total[h]) for h in heads) + " |")
    (a.out / "columns.txt").write_text("\n".join(wrong) + "\n")
    said = total["columns known"] + total["types known"]
    right = said - total["columns wrong"] - total["types wrong"]
    share = right / max(1, said)
    print(f"right where we say known: {right} of {said} ({share:.2%}), false errors {total['false errors']}; the rest in {a.out / 'columns.txt'}")
    sys.exit(0 if share >= 0.995 and not total["false errors"] else 1)


if __name__ == "__main__":
    main()
