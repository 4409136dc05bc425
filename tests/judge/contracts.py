"""Kinds of mutations of contracts: columns, types, constraints, materializations, and of SQL that only a run looks at.

What dbt sees when it parses is asked of every mesh. What only a run shows is asked of the example's first project, which can be
built from its seeds.
"""
import re

from mutations import Mutation, at_readers, kind, misspelt, pick, place

BUILT = "domain_inventory"


def contracted(mesh, project=None):
    """The entries of models with an enforced contract and no versions, each with the SQL file of its model."""
    found = []
    for entry in mesh.entries("models"):
        text = mesh.texts[entry.file][entry.start:entry.end]
        if "enforced: true" not in text or "versions:" in text or project not in (None, mesh.project_of(entry.file)):
            continue
        files = [f for f in mesh.models() if f.startswith(mesh.project_of(entry.file) + "/") and f.endswith(f"/{entry.name}.sql")]
        if files:
            found.append((entry, files[0]))
    return found


def change(mesh, edits, places, command="compile"):
    made = Mutation("", edits, places, mesh.project_of(edits[0]["file"]))
    made.command = command
    return made


def edit(file, at, was, now):
    return {"file": file, "at": at, "was": was, "now": now}


def lines(mesh, entry, pattern):
    return list(re.compile(pattern, re.MULTILINE).finditer(mesh.texts[entry.file], entry.start, entry.end))


def whole(entry):
    return [place(entry.file, entry.name)]


def config_call(mesh, file, arguments, more=()):
    call = f"{{{{ config({arguments}) }}}}\n"
    return change(mesh, [edit(file, 0, "", call)], [place(file, call.strip()), *more])


@kind
def contract_type_gone(mesh, rng):
    picked = BUILT in mesh.projects and pick(rng, contracted(mesh, BUILT))
    if not picked:
        return None
    entry, _ = picked
    line = pick(rng, lines(mesh, entry, r"^ +data_type: .*\n"))
    name = line and re.findall(r"- name: (\w+)", mesh.texts[entry.file][:line.start()])[-1]
    return line and change(mesh, [edit(entry.file, line.start(), line[0], "")], [place(entry.file, name)], "build")


@kind
def contract_columns_gone(mesh, rng):
    picked = pick(rng, contracted(mesh))
    if not picked:
        return None
    entry, _ = picked
    block = pick(rng, lines(mesh, entry, r"^    columns:\n(?:      .*\n|\n)+"))
    switch = lines(mesh, entry, r"enforced: true")
    return block and switch and change(
        mesh, [edit(entry.file, block.start(), block[0], "")], [place(entry.file, "enforced: true")])


@kind
def contract_switched_on(mesh, rng):
    """A contract for a model whose entry may have columns, and types, or not."""
    entries = [e for e in mesh.entries("models") if "contract:" not in mesh.texts[e.file][e.start:e.end]]
    entries = [e for e in entries if "config:" not in mesh.texts[e.file][e.start:e.end] and mesh.project_of(e.file) == BUILT]
    entry = pick(rng, entries)
    if not entry:
        return None
    at = mesh.texts[entry.file].index("\n", entry.at) + 1
    now = "    config:\n      contract:\n        enforced: true\n"
    text = mesh.texts[entry.file][entry.start:entry.end]
    columns = [place(entry.file, m) for m in re.findall(r"^ +- name: (\w+)$", text, re.MULTILINE)]
    return change(mesh, [edit(entry.file, at, "", now)], [place(entry.file, "enforced: true"), *columns], "build")


@kind
def contract_incremental(mesh, rng):
    picked = pick(rng, contracted(mesh))
    if not picked:
        return None
    entry, sql = picked
    how = rng.choice(["", ", on_schema_change='ignore'", ", on_schema_change='sync_all_columns'", ", on_schema_change='fail'",
                      ", on_schema_change='append_new_columns'", ", on_schema_change=var('how', 'ignore')"])
    return config_call(mesh, sql, f"materialized='incremental'{how}", whole(entry))


@kind
def contract_on_another_kind(mesh, rng):
    picked = pick(rng, contracted(mesh))
    if not picked:
        return None
    entry, sql = picked
    constraints = [place(entry.file, m[0].strip()) for m in lines(mesh, entry, r"type: \w+$")]
    how = rng.choice(["view", "ephemeral", "table"])
    access = ", access='protected'" if how == "ephemeral" else ""
    readers = at_readers(mesh, mesh.project_of(sql), entry.name) if access else []
    return config_call(mesh, sql, f"materialized='{how}'{access}", constraints + readers)


@kind
def constraint_type_wrong(mesh, rng):
    entry = pick(rng, mesh.entries("models"))
    line = entry and pick(rng, lines(mesh, entry, r"^ +- type: (\w+)\n"))
    if not line:
        return None
    word = rng.choice([misspelt(line[1], rng), line[1].upper(), "required", "unique", "primary_key"])
    now = line[0].replace(line[1], word)
    return change(mesh, [edit(entry.file, line.start(), line[0], now)], [place(entry.file, word)])


@kind
def constraint_of_a_column(mesh, rng):
    """One more constraint of a column, of any kind, whatever the model's contract says."""
    entry = pick(rng, mesh.entries("models"))
    column = entry and pick(rng, lines(mesh, entry, r"^( +)- name: \w+\n"))
    if not column or "constraints:" in mesh.texts[entry.file][column.end():column.end() + 200]:
        return None
    word = rng.choice(["check", "not_null", "unique", "primary_key", "foreign_key", "custom", "nothing"])
    now = f"{column[1]}  constraints:\n{column[1]}    - type: {word}\n"
    return change(mesh, [edit(entry.file, column.end(), "", now)], [place(entry.file, word)])


@kind
def constraint_of_a_model(mesh, rng):
    """A constraint over columns that are there, or misspelt, or none at all."""
    picked = BUILT in mesh.projects and pick(rng, contracted(mesh, BUILT))
    if not picked:
        return None
    entry, _ = picked
    columns = [m[1] for m in lines(mesh, entry, r"^      - name: (\w+)\n")]
    if not columns:
        return None
    # All columns together are a key of any data.
    every = ", ".join(columns)
    name = rng.choice([every, every.upper(), misspelt(columns[0], rng), ""])
    word = rng.choice(["primary_key", "unique", "check", "not_null", "foreign_key", "custom"])
    over = f", columns: [{name}]" if name else ""
    expression = rng.choice(["", f", expression: {columns[0]} is not null"]) if word == "check" else ""
    at = mesh.texts[entry.file].index("\n", entry.at) + 1
    now = f"    constraints: [{{type: {word}{over}{expression}}}]\n"
    places = [place(entry.file, word), *([place(entry.file, name)] if name else [])]
    return change(mesh, [edit(entry.file, at, "", now)], places, "build")


@kind
def contract_in_dbt_project(mesh, rng):
    """A contract for all models of a project, or for one that has it already."""
    file = pick(rng, [f for f in mesh.files("dbt_project.yml") if "models:\n  " in mesh.texts[f]])
    if not file:
        return None
    text, project = mesh.texts[file], mesh.project_of(file)
    head = re.compile(rf"^models:\n  {project}:\n", re.MULTILINE).search(text)
    at = head.end() if head else None
    if at is None:
        return None
    now = "    +contract: {enforced: true}\n"
    return change(mesh, [edit(file, at, "", now)], [place(file, "{enforced: true}")])


@kind
def materialization_misspelt(mesh, rng):
    """A materialization that nobody defines, or another one that dbt knows, in the SQL or for the project."""
    if BUILT not in mesh.projects:
        return None
    how = rng.choice([misspelt("table", rng), misspelt("view", rng), "Table", "dynamic_table", "table", "view"])
    if rng.random() < 0.7:
        sql = pick(rng, [f for f in mesh.models() if f.startswith(f"{BUILT}/models/staging/")])
        return sql and change(mesh, [edit(sql, 0, "", f"{{{{ config(materialized='{how}') }}}}\n")], [place(sql, how)], "build")
    file = f"{BUILT}/dbt_project.yml"
    line = re.search(r"\+materialized: (\w+)", mesh.texts[file])
    return line and change(mesh, [edit(file, line.start(), line[0], f"+materialized: {how}")], [place(file, how)], "build")


@kind
def contract_type_wrong(mesh, rng):
    """The type of a column misspelt, of another warehouse, with a length, or by another name."""
    picked = BUILT in mesh.projects and pick(rng, contracted(mesh, BUILT))
    if not picked:
        return None
    entry, _ = picked
    line = pick(rng, lines(mesh, entry, r"^( +data_type: )(\w+)(.*)\n"))
    if not line:
        return None
    aliases = {"integer": ["int4", "int", "INTEGER", "int(11)", "number"], "varchar": ["string", "text", "varchar(3)", "varchar2"],
               "date": ["datetime", "DATE", "date(3)"], "bigint": ["int8", "long", "int64", "number"], "decimal": ["numeric", "dec", "bignumeric"]}
    new = rng.choice([misspelt(line[2], rng), line[2] + "[]", f"struct(a {line[2]})", *aliases.get(line[2], [])])
    rest = "" if "(" in new or "[" in new else line[3]
    return change(mesh, [edit(entry.file, line.start(), line[0], f"{line[1]}{new}{rest}\n")], [place(entry.file, new)], "build")


@kind
def contract_alias_gone(mesh, rng):
    """A column of a contracted model without its name: an expression, or a column that keeps another one."""
    picked = BUILT in mesh.projects and pick(rng, contracted(mesh, BUILT))
    if not picked:
        return None
    entry, sql = picked
    text = mesh.texts[sql]
    last = text.rindex("\nselect\n") if "\nselect\n" in text else 0
    items = list(re.compile(r"^    (.+?)( as \w+)?(,?)\n", re.MULTILINE).finditer(text, last))
    item = pick(rng, items)
    if not item:
        return None
    value = item[1] if rng.random() < 0.5 or item[2] else rng.choice([f"coalesce({item[1]}, null)", f"-{item[1]}", f"({item[1]})", "1", "'x'"])
    now = f"    {value}{item[3]}\n"
    return change(mesh, [edit(sql, item.start(), item[0], now)], [place(sql), *whole(entry), place(entry.file)], "build")


@kind
def union_appended(mesh, rng):
    """A second part behind the SELECT of a model, with as many columns as the first one, more or fewer."""
    picked = BUILT in mesh.projects and pick(rng, contracted(mesh, BUILT))
    if not picked:
        return None
    entry, sql = picked
    columns = len(lines(mesh, entry, r"^      - name: (\w+)\n"))
    count = rng.choice([columns, columns, columns + 1, max(1, columns - 1)])
    nulls = ", ".join(["null"] * count)
    # Nulls that come into the table break its constraints.
    operator = rng.choice(["union all", "union", "except", "intersect"] if count != columns else ["except", "intersect"])
    text = mesh.texts[sql]
    at = len(text.rstrip())
    return change(mesh, [edit(sql, at, "", f"\n{operator}\nselect {nulls}")], [place(sql), place(entry.file)], "build")


@kind
def joined_by_a_name(mesh, rng):
    """A join by a column of both sides, of one, or of none; a star without a column that is there, or not."""
    picked = BUILT in mesh.projects and pick(rng, contracted(mesh, BUILT))
    if not picked:
        return None
    entry, sql = picked
    columns = [m[1] for m in lines(mesh, entry, r"^      - name: (\w+)\n")]
    if not columns:
        return None
    name = rng.choice([columns[0], columns[-1], misspelt(columns[0], rng)])
    tail = rng.choice([f"select made.* from made join (select {columns[0]} from made) as other using ({name})",
                       f"select * exclude ({name}), made.{columns[0]} from made",
                       f"select * replace ({columns[0]} as {name}) from made", f"select * from made order by {name}",
                       f"select {', '.join(columns)} from made group by all having count({name}) > 0"])
    text = mesh.texts[sql].strip()
    now = f"with made as (\n{text}\n)\n{tail}\n"
    return change(mesh, [edit(sql, 0, mesh.texts[sql], now)], [place(sql), place(entry.file)], "build")
