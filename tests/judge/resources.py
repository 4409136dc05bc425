"""More kinds of mutations: sources, docs, macros, groups, dbt_project.yml, packages, snapshots, seeds, exposures, unit tests, tests.

Like those of mutations.py, which takes them up when this file is imported.
"""
import re

from mutations import (Mutation, at_readers, insert, kind, misspelt, movable, own_models, patches, pick, place, swap)


def found(mesh, pattern, files):
    """Each match of a pattern in these files."""
    return [(file, m) for file in files for m in re.finditer(pattern, mesh.texts[file], re.MULTILINE)]


def properties(mesh):
    return mesh.files(".yml", "models") + mesh.files(".yml", "seeds") + mesh.files(".yml", "snapshots")


def project_files(mesh):
    return [f"{p}/dbt_project.yml" for p in mesh.projects]


def line_changed(mesh, rng, picked, now, more=()):
    file, match = picked
    return swap(mesh, file, match, now, [place(file, now.strip().removeprefix("- ")), *more])


# ------------------------------------------------------------------ sources

def source_calls(mesh):
    return mesh.calls("source", mesh.models())


@kind
def source_call_misspelt(mesh, rng):
    call = pick(rng, source_calls(mesh))
    if not call:
        return None
    now = rng.choice([f"source('{misspelt(call.first, rng)}', '{call.second}')", f"source('{call.first}', '{misspelt(call.second, rng)}')",
                      f"source('{call.first}')", f"source('{call.second}', '{call.first}')", f"source('{call.first}', '{call.second.upper()}')",
                      "source()", f"source('{call.first}', '{call.second}', 'x')", f"source(\"{call.first}\",\"{call.second}\")"])
    edit = {"file": call.file, "at": call.at, "was": call.text, "now": now}
    return Mutation("", [edit], [place(call.file, now)], mesh.project_of(call.file))


@kind
def source_renamed(mesh, rng):
    entry = pick(rng, mesh.entries("sources"))
    if not entry:
        return None
    project = mesh.project_of(entry.file)
    users = [place(c.file, c.text) for c in source_calls(mesh) if c.first == entry.name and mesh.project_of(c.file) == project]
    edit = {"file": entry.file, "at": entry.at, "was": entry.name, "now": misspelt(entry.name, rng)}
    return Mutation("", [edit], [*users, place(entry.file)], project)


def tables(mesh):
    """(file, match of the table's first line, source)"""
    out = []
    for source in mesh.entries("sources"):
        text = mesh.texts[source.file]
        block = re.compile(r"^      - name: *(\w+)\n", re.MULTILINE)
        out += [(source.file, m, source.name) for m in block.finditer(text, source.at, source.end)]
    return out


@kind
def table_changed(mesh, rng):
    picked = pick(rng, tables(mesh))
    if not picked:
        return None
    file, match, source = picked
    project = mesh.project_of(file)
    users = [place(c.file, c.text) for c in source_calls(mesh) if (c.first, c.second) == (source, match[1]) and mesh.project_of(c.file) == project]
    line = match[0]
    now = rng.choice([f"      - name: {misspelt(match[1], rng)}\n", line + "        config: {enabled: false}\n", line + "        identifier: other\n",
                      line + "        config: {enabled: \"{{ target.name == 'production' }}\"}\n", line + "        loaded_at_field: updated_at\n",
                      line + "        freshness: {warn_after: {count: 1, period: week}}\n", line + "        config: {enabled: \"{{ target.name == 'dev' }}\"}\n",
                      line + "        freshness: {warn_after: {count: 1, period: day}}\n", line + "        tags: nightly\n", line + "      - name: " + match[1] + "\n"])
    return swap(mesh, file, match, now, [*users, place(file)])


@kind
def source_disabled(mesh, rng):
    entry = pick(rng, mesh.entries("sources"))
    if not entry:
        return None
    if "\n    config:" in mesh.texts[entry.file][entry.start:entry.end]:
        return None
    at, project = mesh.texts[entry.file].index("\n", entry.at) + 1, mesh.project_of(entry.file)
    users = [place(c.file, c.text) for c in source_calls(mesh) if c.first == entry.name and mesh.project_of(c.file) == project]
    value = rng.choice(["false", "true", "\"{{ var('raw', false) }}\"", "\"{{ target.type == 'duckdb' }}\""])
    return insert(mesh, entry.file, at, f"    config:\n      enabled: {value}\n", entry.name, users)


# ------------------------------------------------------------------ docs blocks

@kind
def doc_call_misspelt(mesh, rng):
    picked = pick(rng, found(mesh, r"\{\{ doc\('(\w+)'\) \}\}", properties(mesh)))
    if not picked:
        return None
    name, project = picked[1][1], mesh.project_of(picked[0])
    now = rng.choice([f"{{{{ doc('{misspelt(name, rng)}') }}}}", f"{{{{ doc('{project}', '{name}') }}}}", f"{{{{ doc('nobody', '{name}') }}}}",
                      "{{ doc() }}", f"{{{{ doc('{name}', 'x', 'y') }}}}", f"{{{{ docs('{name}') }}}}", f"{{{{ doc('{name}' }}}}"])
    return line_changed(mesh, rng, picked, now)


@kind
def doc_block_changed(mesh, rng):
    picked = pick(rng, found(mesh, r"\{% docs (\w+) %\}", mesh.files(".md")))
    if not picked:
        return None
    file, match = picked
    users = [place(f, m[0]) for f, m in found(mesh, rf"\{{\{{ doc\('{match[1]}'\) \}}\}}", properties(mesh)) if mesh.project_of(f) == mesh.project_of(file)]
    now = rng.choice([f"{{% docs {misspelt(match[1], rng)} %}}", "{% docs %}", f"{{% docs {match[1]} %}}\n{{% enddocs %}}\n{match[0]}",
                      f"{{% doc {match[1]} %}}", f"{{# {match[1]} #}}", f"{match[0]} {{{{ nothing }}}}"])
    return swap(mesh, file, match, now, [*users, place(file)])


# ------------------------------------------------------------------ macros

@kind
def macro_call_misspelt(mesh, rng):
    picked = pick(rng, found(mesh, r"\{\{ *(?:(\w+)\.)?(\w+)\('(\w+)'\) *\}\}", mesh.models()))
    if not picked or picked[1][2] in ("ref", "source", "config", "var"):
        return None
    package, name, argument = picked[1][1], picked[1][2], picked[1][3]
    before = f"{package}." if package else ""
    now = rng.choice([f"{{{{ {before}{misspelt(name, rng)}('{argument}') }}}}", f"{{{{ {misspelt(package, rng) if package else 'nobody'}.{name}('{argument}') }}}}",
                      f"{{{{ {before}{name}('{argument}', '{argument}', '{argument}', 1, 2, 3, 4, 5) }}}}", f"{{{{ {before}{name}(no_such={argument!r}) }}}}",
                      f"{{{{ {before}{name}() }}}}", f"{{{{ {name}('{argument}') }}}}"])
    macros = [place(f) for f in mesh.files(".sql", "macros") if mesh.project_of(f) == mesh.project_of(picked[0])]
    return line_changed(mesh, rng, picked, now, macros)


@kind
def macro_changed(mesh, rng):
    picked = pick(rng, found(mesh, r"\{% *macro (\w+)\(([^)]*)\) *-?%\}", [f for f in mesh.files(".sql", "macros") if "dbt_packages" not in f]))
    if not picked:
        return None
    file, match = picked
    project = mesh.project_of(file)
    users = [place(f) for f in mesh.models() if mesh.project_of(f) == project and f"{match[1]}(" in mesh.texts[f]]
    now = rng.choice([f"{{% macro {misspelt(match[1], rng)}({match[2]}) %}}", f"{{% macro {match[1]}({match[2]} %}}", f"{{% macro {match[1]}(a, a) %}}",
                      f"{match[0]}{{{{ ref('nothing_here') }}}}", f"{match[0]}{{{{ nobody() }}}}", f"{match[0]}{{% if %}}",
                      f"{match[0]}{{% if execute %}}{{{{ nobody() }}}}{{% endif %}}", f"{match[0]}{{{{ 1 | nofilter }}}}", f"{match[0]}{{% set x = 1 %}}"])
    return swap(mesh, file, match, now, [*users, place(file)])


@kind
def global_macro_called(mesh, rng):
    file = pick(rng, mesh.models())
    call = rng.choice(["dbt.dateadd('day', 1, 'x')", "dbt.datead('day', 1, 'x')", "dbt.type_string()", "type_string()", "current_timestamp()",
                       "dbt.current_timestamps()", "adapter.quote('x')", "dbt_utils.star('x')", "exceptions.warn('x')", "modules.datetime.datetime(2020, 1, 1)",
                       "return(1)", "target.name", "target.nothing", "var('nothing_here')", "env_var('NOTHING_HERE')", "env_var('NOTHING_HERE', 'x')",
                       "nothing_here", "nothing_here.x", "nothing_here()", "flags.FULL_REFRESH", "this.schema", "model.name", "zip([1], [2])",
                       "'a' | upper", "'a' | uppper", "[1] | sum", "1 is odd", "1 is oddly", "loop.index", "range(3) | list", "undefined_thing | default('x')"])
    return insert(mesh, file, len(mesh.texts[file]), f"\n-- {{{{ {call} }}}}\n", call)


# ------------------------------------------------------------------ groups

@kind
def group_owner_changed(mesh, rng):
    picked = pick(rng, found(mesh, r"^    owner:.*\n(?:      .*\n)*", properties(mesh)))
    if not picked:
        return None
    now = rng.choice(["    owner: {}\n", "", "    owner: someone\n", "    owner: {email: a@example.com}\n", "    owner: {name: a, team: b}\n",
                      "    owner: {mail: a@example.com}\n", "    owner: {name: 5}\n"])
    return swap(mesh, picked[0], picked[1], now, [place(picked[0])])


@kind
def group_in_sql(mesh, rng):
    file, project, name = movable(mesh, rng)
    groups = [e.name for e in mesh.entries("groups") if mesh.project_of(e.file) == project]
    value = rng.choice([*groups, *[misspelt(g, rng) for g in groups], "nobodys"])
    return insert(mesh, file, 0, f"{{{{ config(group='{value}') }}}}\n", value, [*at_readers(mesh, project, name), *patches(mesh, project, name)])


# ------------------------------------------------------------------ dbt_project.yml

@kind
def project_line_changed(mesh, rng):
    picked = pick(rng, [p for p in found(mesh, r"^( *)([+\w-]+):(.*)\n", project_files(mesh)) if p[1][2] not in ("version", "config-version")])
    if not picked:
        return None
    file, match = picked
    indent, name, value = match[1], match[2], match[3]
    now = rng.choice([f"{indent}{misspelt(name, rng)}:{value}\n", f"{indent}{name}:{value}\n{match[0]}", f"{indent}{name}: []\n" if value else match[0] + match[0],
                      f"{indent}{name}: {misspelt(value.strip(), rng)}\n" if value.strip() else f"{indent}{name} :\n"])
    project = mesh.project_of(file)
    everywhere = [place(f) for f in mesh.texts if mesh.project_of(f) == project]
    return swap(mesh, file, match, now, [place(file), *everywhere])


@kind
def project_key_added(mesh, rng):
    file = pick(rng, project_files(mesh))
    now = rng.choice(["quoting:\n  database: maybe\n", "quoting:\n  database: true\n", "vars:\n  x: 1\n", "vars: [x]\n", "on-run-start: 5\n",
                      "on-run-start: [\"select 1\"]\n", "on-run-end:\n  - \"{{ ref('nothing_here') }}\"\n", "clean-targets: target\n", "require-dbt-version: \">=2.9\"\n",
                      "require-dbt-version: \">=1.0.0\"\n", "require-dbt-version: [\">=1.0.0\", \"<2.0.0\"]\n", "nonsense: 1\n", "dispatch: []\n",
                      "dispatch:\n  - macro_namespace: dbt\n", "query-comment: x\n", "docs-paths: [docs]\n", "asset-paths: [x]\n", "restrict-access: true\n",
                      "snapshots:\n  +enabled: false\n", "seeds:\n  +enabled: \"{{ target.name == 'prod' }}\"\n", "exposures:\n  +enabled: true\n",
                      "data_tests:\n  +severity: warn\n", "data_tests:\n  +severity: loud\n", "analyses:\n  +enabled: false\n", "sources:\n  nobody:\n    +enabled: false\n"])
    text = mesh.texts[file]
    if re.search(rf"^{now.split(':')[0]}:", text, re.MULTILINE):
        return None
    project = mesh.project_of(file)
    everywhere = [place(f) for f in mesh.texts if mesh.project_of(f) == project]
    return insert(mesh, file, len(text), ("" if text.endswith("\n") else "\n") + now, "", everywhere)


@kind
def project_config_added(mesh, rng):
    file = pick(rng, project_files(mesh))
    project = mesh.project_of(file)
    match = re.search(rf"^  {project}:\n", mesh.texts[file], re.MULTILINE)
    if not match:
        return None
    now = rng.choice(["+access: pubic", "+access: private", "+access: public", "+group: nobodys", "+tags: [a]", "+tags: {a: 1}", "+meta: {a: 1}",
                      "+docs: {show: false}", "+nonsense: 1", "+enabled: \"{{ target.name == 'production' }}\"", "+enabled: \"{{ env_var('NOTHING_HERE') }}\"",
                      "+enabled: \"{{ env_var('NOTHING_HERE', 'true') | as_bool }}\"", "+enabled: maybe", "+contract: {enforced: true}", "nowhere: {+tags: a}",
                      "+persist_docs: {relation: true}", "+full_refresh: sometimes", "+on_schema_change: fail", "+schema: \"{{ target.schema }}_x\"",
                      "+materialized: tabel", "+enabled: \"{{ var('x') }}\"", "+enabled: \"{{ var('x', true) }}\"", "+alias: \"{{ nothing_here }}\"", "+grants: {select: [a]}"])
    everywhere = [place(f) for f in mesh.texts if mesh.project_of(f) == project]
    return insert(mesh, file, match.end(), f"    {now}\n", "", everywhere)


# ------------------------------------------------------------------ packages

@kind
def packages_changed(mesh, rng):
    project = pick(rng, mesh.projects)
    file = f"{project}/packages.yml"
    text = mesh.texts.get(file)
    now = rng.choice(["packages:\n  - package: nobody/nothing_here\n    version: 1.0.0\n", "packages: []\n", "packages:\n  - local: ../nothing_here\n",
                      "packages:\n  - git: https://example.com/x.git\n    revision: main\n", "packages:\n  - packge: a/b\n    version: 1.0.0\n", "projects:\n  - name: x\n",
                      "packages: {}\n", "packages:\n  - package: a/b\n", "nonsense: 1\n", "packages: [\n"])
    everywhere = [place(f) for f in mesh.texts if mesh.project_of(f) == project and f.endswith((".sql", ".yml"))]
    edit = {"file": file, "at": 0, "was": text, "now": now} if text else {"file": file, "create": now}
    return Mutation("", [edit], [place(file), *everywhere], project)


@kind
def dependencies_changed(mesh, rng):
    project = pick(rng, mesh.projects)
    file = f"{project}/dependencies.yml"
    text = mesh.texts.get(file)
    now = rng.choice(["projects:\n  - name: nobody\n", "projects: []\n", "projects:\n  - nobody\n", "projects:\n  - name: nobody\n    version: 1\n", "projects: [\n",
                      "packages: []\nprojects: []\n", "nonsense: 1\n", "projects: {name: nobody}\n"])
    refs = [place(c.file, c.text) for c in mesh.calls("ref") if mesh.project_of(c.file) == project]
    edit = {"file": file, "at": 0, "was": text, "now": now} if text else {"file": file, "create": now}
    return Mutation("", [edit], [place(file), *refs, place(f"{project}/packages.yml")], project)


# ------------------------------------------------------------------ snapshots, seeds

@kind
def snapshot_line_changed(mesh, rng):
    picked = pick(rng, found(mesh, r"^ +(?:- )?(\w+): *(.*)\n", mesh.files(".yml", "snapshots")))
    if not picked:
        return None
    file, match = picked
    line, name, value = match[0], match[1], match[2]
    now = rng.choice([line.replace(f"{name}:", f"{misspelt(name, rng)}:", 1), "", line.replace(value, misspelt(value, rng), 1) if len(value) > 2 else "",
                      line.replace(value, "timestamp", 1) if value else line + line])
    return swap(mesh, file, match, now, [place(file)])


@kind
def snapshot_added(mesh, rng):
    project = pick(rng, mesh.projects)
    name = pick(rng, own_models(mesh, project))
    good = "strategy='check', unique_key='id', check_cols='all'"
    body = f"select * from {{{{ ref('{name}') }}}}"
    now = rng.choice([f"{{% snapshot s %}}{{{{ config({good}) }}}}{body}{{% endsnapshot %}}", f"{{% snapshot s %}}{{{{ config(strategy='check', unique_key='id') }}}}{body}{{% endsnapshot %}}",
                      f"{{% snapshot s %}}{{{{ config(unique_key='id') }}}}{body}{{% endsnapshot %}}", f"{{% snapshot s %}}{body}{{% endsnapshot %}}",
                      f"{{% snapshot s %}}{{{{ config({good}) }}}}select * from {{{{ ref('{misspelt(name, rng)}') }}}}{{% endsnapshot %}}",
                      f"{{% snapshot s %}}{{{{ config(strategy='timestamp', unique_key='id') }}}}{body}{{% endsnapshot %}}",
                      f"{{% snapshot {name} %}}{{{{ config({good}) }}}}{body}{{% endsnapshot %}}", f"{{% snapshot s %}}{{{{ config({good}) }}}}{body}",
                      f"{{% snapshot s %}}{{{{ config({good}, materialized='table') }}}}{body}{{% endsnapshot %}}",
                      f"{{% snapshot s %}}{{{{ config({good}, enabled=false) }}}}select * from {{{{ ref('{misspelt(name, rng)}') }}}}{{% endsnapshot %}}"])
    file = f"{project}/snapshots/s.sql"
    return Mutation("", [{"file": file, "create": now + "\n"}], [place(file), *[place(f) for f in mesh.models() if f.endswith(f"/{name}.sql")]], project)


@kind
def seed_changed(mesh, rng):
    project = pick(rng, mesh.projects)
    seeds = sorted(p for p in (mesh.root / project / "seeds").glob("*.csv")) if (mesh.root / project / "seeds").is_dir() else []
    path = pick(rng, seeds)
    if not path:
        return None
    name, file = path.stem, f"{project}/seeds/{path.name}"
    users = [place(c.file, c.text) for c in mesh.calls("ref") if c.name == name and mesh.project_of(c.file) == project]
    described = [place(e.file, name) for e in mesh.entries("seeds") if e.name == name]
    model = pick(rng, own_models(mesh, project))
    edit = rng.choice([{"file": file, "delete": True}, {"file": file, "move_to": f"{project}/seeds/{misspelt(name, rng)}.csv"},
                       {"file": file, "copy_to": f"{project}/seeds/more/{name}.csv"}, {"file": file, "copy_to": f"{project}/seeds/{model}.csv"},
                       {"file": file, "create": ""}])
    models = [place(f) for f in mesh.models() if f.endswith(f"/{model}.sql")]
    return Mutation("", [edit], [*users, *described, *models, place(file), place(edit.get("copy_to", file))], project)


@kind
def seed_config_changed(mesh, rng):
    entry = pick(rng, mesh.entries("seeds"))
    if not entry:
        return None
    text, project = mesh.texts[entry.file], mesh.project_of(entry.file)
    at = text.index("\n", entry.at) + 1
    users = [place(c.file, c.text) for c in mesh.calls("ref") if c.name == entry.name and mesh.project_of(c.file) == project]
    if "config:" in text[entry.start:entry.end]:
        at = text.index("config:\n", entry.start) + len("config:\n")
        now = "      " + rng.choice(["enabled: false", "quote_columns: maybe", "delimiter: ';'", "materialized: table", "tags: a", "enabled: \"{{ target.name == 'dev' }}\""])
    else:
        now = "    " + rng.choice(["config: {enabled: false}", "config: {materialized: table}", "access: public", "group: nobodys", "tests: [unique]", "config: {tags: a}"])
    return insert(mesh, entry.file, at, now + "\n", "", [place(entry.file), *users])


# ------------------------------------------------------------------ exposures, unit tests, data tests

@kind
def exposure_changed(mesh, rng):
    picked = pick(rng, found(mesh, r"^( +)(?:- )?(type|maturity|url|depends_on|owner|name|email|label):? *(.*)\n", [f for f in properties(mesh) if "exposures:" in mesh.texts[f]]))
    if not picked:
        return None
    file, match = picked
    line, name, value = match[0], match[2], match[3]
    now = rng.choice([line.replace(name, misspelt(name, rng), 1), "", line.replace(value, misspelt(value, rng), 1) if len(value) > 2 else "", line.replace(value, "[1]", 1) if value else line + line])
    return swap(mesh, file, match, now, [place(file)])


@kind
def exposure_ref_changed(mesh, rng):
    picked = pick(rng, found(mesh, r"^( +- )(ref\('(\w+)'\))\n", [f for f in properties(mesh) if "exposures:" in mesh.texts[f]]))
    if not picked:
        return None
    name = picked[1][3]
    call = rng.choice([f"ref('{misspelt(name, rng)}')", f"ref('{name}', v=9)", f"ref({name})", f"{{{{ ref('{name}') }}}}", f"\"{{{{ ref('{name}') }}}}\"", "ref()", f"'{name}'",
                       f"source('{name}', 'x')", f"ref('nobody', '{name}')", f"ref('{name}'"])
    return swap(mesh, picked[0], picked[1], f"{picked[1][1]}{call}\n", [place(picked[0])])


@kind
def unit_test_added(mesh, rng):
    call = pick(rng, [c for c in mesh.calls("ref", mesh.models()) if not c.version and not re.search(r"_v\d+\.sql$", c.file)])
    if not call:
        return None
    project, name = mesh.project_of(call.file), call.file.split("/")[-1][:-4]
    good = {"model": name, "given": f"[{{input: \"{call.text}\", rows: []}}]", "expect": "{rows: []}"}
    way = rng.choice(["good", "model", "input", "plain", "braces", "format", "extra", "nogiven", "noexpect", "twice", "disabled", "rows"])
    if way == "model":
        good["model"] = misspelt(name, rng)
    if way == "input":
        good["given"] = f"[{{input: \"ref('{misspelt(call.name, rng)}')\", rows: []}}]"
    if way == "plain":
        good["given"] = f"[{{input: {call.name}, rows: []}}]"
    if way == "braces":
        good["given"] = f"[{{input: \"{{{{ {call.text} }}}}\", rows: []}}]"
    if way == "format":
        good["expect"] = "{rows: [], format: xml}"
    if way == "extra":
        good["nonsense"] = "1"
    if way == "nogiven":
        del good["given"]
    if way == "noexpect":
        del good["expect"]
    if way == "disabled":
        good["model"], good["config"] = misspelt(name, rng), "{enabled: false}"
    if way == "rows":
        good["expect"] = "{rows: 5}"
    entry = "  - name: a_unit_test\n" + "".join(f"    {k}: {v}\n" for k, v in good.items())
    text = "unit_tests:\n" + entry * (2 if way == "twice" else 1)
    file = f"{project}/models/_unit_tests.yml"
    return Mutation("", [{"file": file, "create": text}], [place(file)], project)


@kind
def data_test_changed(mesh, rng):
    picked = pick(rng, found(mesh, r"^( +- )(unique|not_null)\n", properties(mesh)))
    if not picked:
        return None
    dash, name = picked[1][1], picked[1][2]
    pad = " " * len(dash)
    now = rng.choice([f"{dash}{misspelt(name, rng)}\n", f"{dash}nobody.{name}\n", f"{dash}dbt.{name}\n", f"{dash}{name}:\n{pad}  config: {{severity: warn}}\n",
                      f"{dash}{name}:\n{pad}  config: {{severity: loud}}\n", f"{dash}{name}:\n{pad}  config: {{where: \"a = 1\"}}\n", f"{dash}{name}: 5\n",
                      f"{dash}{name}:\n{pad}  no_such: 1\n", f"{dash}{name}:\n{pad}  name: other_name\n", f"{dash}relationships:\n{pad}  arguments: {{to: ref('nothing_here'), field: id}}\n",
                      f"{dash}relationships:\n{pad}  arguments: {{to: nothing_here, field: id}}\n", f"{dash}accepted_values:\n{pad}  values: [a]\n",
                      f"{dash}accepted_values:\n{pad}  arguments: {{values: [a]}}\n", f"{dash}accepted_values\n", f"{dash}{name}\n{dash}{name}\n"])
    return swap(mesh, picked[0], picked[1], now, [place(picked[0])])


@kind
def singular_test_added(mesh, rng):
    project = pick(rng, mesh.projects)
    name = pick(rng, own_models(mesh, project))
    now = rng.choice([f"select * from {{{{ ref('{name}') }}}} where 1 = 0", f"select * from {{{{ ref('{misspelt(name, rng)}') }}}}", "select * from {{ nobody() }}",
                      f"{{{{ config(enabled=false) }}}} select * from {{{{ ref('{misspelt(name, rng)}') }}}}", "select * from {{ source('nobody', 'x') }}",
                      f"{{{{ config(severity='loud') }}}} select * from {{{{ ref('{name}') }}}}", f"{{{{ config(severity='warn') }}}} select * from {{{{ ref('{name}') }}}}"])
    file = f"{project}/tests/a_singular_test.sql"
    return Mutation("", [{"file": file, "create": now + "\n"}], [place(file)], project)


# ------------------------------------------------------------------ configuration of models

@kind
def config_in_sql(mesh, rng):
    file, project, name = movable(mesh, rng)
    value = rng.choice(["materialized='tabel'", "materialized='ephemeral'", "tags='a'", "tags=['a', 'b']", "meta={'a': 1}", "meta='a'", "docs={'show': false}",
                        "docs={'show': 'x'}", "contract={'enforced': false}", "contract=true", "nonsense=1", "schema='x'", "alias='x'", "pre_hook='select 1'",
                        "pre_hook=['select 1', 5]", "post_hook=\"{{ ref('nothing_here') }}\"", "full_refresh='x'", "full_refresh=false", "grants={'select': ['a']}",
                        "grants='a'", "on_schema_change='fail'", "{'tags': 'a'}", "'tags'", "enabled='no'", "enabled=1", "persist_docs={'relation': true}",
                        "persist_docs='x'", "packages='x'", "quoting={'identifier': true}", "materialized='incremental', incremental_strategy='microbatch'",
                        "docs={'node_color': 'nocolour'}", "docs={'node_color': '#fff'}", "on_configuration_change='x'", "freshness={'build_after': {'count': 1}}",
                        "lookback='x'", "unique_key=['a']", "unique_key=5", "database=none", "event_time='x'", "latest_version_pointer=false", "on_error='continue'", "on_error='x'"])
    return insert(mesh, file, 0, f"{{{{ config({value}) }}}}\n", "", [place(file), *at_readers(mesh, project, name), *patches(mesh, project, name)])


@kind
def config_in_yaml(mesh, rng):
    entry = pick(rng, mesh.entries("models"))
    if not entry:
        return None
    text, pad = mesh.texts[entry.file], " " * (entry.indent + 2)
    value = rng.choice(["materialized: tabel", "materialized: 5", "tags: a", "tags: [a, 5]", "meta: 5", "meta: {a: b}", "docs: {show: x}", "docs: {node_color: nocolour}",
                        "contract: true", "contract: {enforced: maybe}", "contract: {enforce: true}", "nonsense: 1", "schema: x", "alias: [x]", "pre-hook: select 1",
                        "full_refresh: x", "grants: {select: a}", "grants: a", "on_schema_change: nothing", "enabled: maybe", "enabled: 1", "persist_docs: x",
                        "persist_docs: {relation: true}", "packages: x", "freshness: {build_after: {count: 1}}", "freshness: {build_after: {count: 1, period: day}}",
                        "on_configuration_change: x", "on_error: x", "lookback: x", "unique_key: 5", "database: null", "latest_version_pointer: false", "group: nobodys",
                        "static_analysis: off", "column_types: x", "quoting: x", "event_time: x", "batch_size: x"])
    block = re.compile(rf"^{pad}config:\n", re.MULTILINE).search(text, entry.start, entry.end)
    if re.search(rf"^{pad}(?:config: *\{{|  {value.split(':')[0]}:)", text[entry.start:entry.end], re.MULTILINE):
        return None
    at = block.end() if block else text.index("\n", entry.at) + 1
    line = f"{pad}  {value}\n" if block else f"{pad}config:\n{pad}  {value}\n"
    return insert(mesh, entry.file, at, line, "", [place(entry.file), *[place(f) for f in mesh.models() if f.endswith(f"/{entry.name}.sql")]])


@kind
def property_key_changed(mesh, rng):
    picked = pick(rng, found(mesh, r"^( +(?:- )?)(\w+):(.*)\n", properties(mesh)))
    if not picked:
        return None
    file, match = picked
    project = mesh.project_of(file)
    now = rng.choice([f"{match[1]}{misspelt(match[2], rng)}:{match[3]}\n", f"{match[1]}{match[2]}: 5\n", f"{match[1]}{match[2]}: [x]\n", f"{match[1]}{match[2]}: {{a: 1}}\n",
                      f"{match[1]}{match[2]}:\n"])
    everywhere = [place(f) for f in mesh.texts if mesh.project_of(f) == project]
    return swap(mesh, file, match, now, [place(file), *everywhere])
