"""One fault, or one harmless change, in a mesh, made from a seed number.

Each function below makes one kind of mutation of a mesh, or None where the mesh has nothing for it. It says nothing of
what dbt will think: real dbt is asked. It says where a person would look, should there be a complaint: `places`.
"""
import random
import re
from dataclasses import asdict, dataclass, field

KINDS = {}


@dataclass
class Mutation:
    kind: str
    edits: list
    places: list  # [{"file": …, "text": …}]; no text: anywhere in the file
    project: str  # the one that was edited
    mesh: str = ""
    number: int = 0
    command: str = "compile"  # which dbt command shows it; `compile` parses first

    @property
    def id(self):
        return f"{self.number:04}-{self.kind}"

    def plain(self):
        return asdict(self)


def kind(function):
    KINDS[function.__name__.replace("_", "-")] = function
    return function


def mutations(meshes, seed, count):
    """`count` mutations of these meshes (name -> Mesh), each kind as often as the next."""
    made, round_number = [], 0
    while len(made) < count:
        before = len(made)
        for name, function in KINDS.items():
            if len(made) == count:
                break
            rng = random.Random(f"{seed}/{name}/{round_number}")
            order = rng.sample(sorted(meshes), len(meshes))
            for mesh in order:
                found = function(meshes[mesh], rng)
                if found and not any(m.edits == found.edits and m.mesh == mesh for m in made):
                    found.kind, found.mesh, found.number = name, mesh, len(made) + 1
                    made.append(found)
                    break
        round_number += 1
        if len(made) == before and round_number > 50:
            raise SystemExit(f"only {len(made)} different mutations in these meshes")
    return made


# ------------------------------------------------------------------ building blocks

def misspelt(name, rng):
    """The name with one letter dropped, doubled or swapped with the next."""
    at = rng.randrange(1, max(2, len(name) - 1))
    ways = [name[:at] + name[at + 1:], name[:at] + name[at] + name[at:], name[:at] + name[at:at + 2][::-1] + name[at + 2:]]
    return rng.choice([w for w in ways if w != name] or [name + "x"])


def place(file, text=""):
    return {"file": file, "text": text}


def at_call(mesh, call, now, text=None, more=()):
    """The call replaced by `now`; a complaint belongs at `now`."""
    edit = {"file": call.file, "at": call.at, "was": call.text, "now": now}
    return Mutation("", [edit], [place(call.file, now if text is None else text), *more], mesh.project_of(call.file))


def insert(mesh, file, at, now, text=None, more=()):
    return Mutation("", [{"file": file, "at": at, "was": "", "now": now}],
                    [place(file, now.strip() if text is None else text), *more], mesh.project_of(file))


def swap(mesh, file, match, now, places):
    edit = {"file": file, "at": match.start(), "was": match[0], "now": now}
    return Mutation("", [edit], places, mesh.project_of(file))


def at_readers(mesh, project, name):
    """Where a complaint would stand if the model were not there or not to be read."""
    return [place(c.file, c.text) for c in mesh.readers(project, name)]


def pick(rng, things):
    return rng.choice(things) if things else None


def sql_refs(mesh):
    return mesh.calls("ref", mesh.models())


def own_models(mesh, project):
    """Names of the models of a project, without versioned ones."""
    return sorted({f.split("/")[-1][:-4] for f in mesh.models() if mesh.project_of(f) == project and not re.search(r"_v\d+\.sql$", f)})


def write(call, package, name, version=""):
    names = ([f"'{package}'"] if package else []) + [f"'{name}'"] + ([version] if version else [])
    return f"ref({', '.join(names)})"


def file_of(mesh, project, name):
    return pick(random.Random(0), [f for f in mesh.models() if f.startswith(project + "/") and f.endswith(f"/{name}.sql")])


# ------------------------------------------------------------------ refs

@kind
def ref_misspelt(mesh, rng):
    call = pick(rng, sql_refs(mesh))
    return call and at_call(mesh, call, write(call, call.package, misspelt(call.name, rng), call.version))


@kind
def ref_upper_case(mesh, rng):
    call = pick(rng, sql_refs(mesh))
    return call and at_call(mesh, call, write(call, call.package, call.name.upper(), call.version))


@kind
def ref_without_project(mesh, rng):
    call = pick(rng, [c for c in sql_refs(mesh) if c.package])
    return call and at_call(mesh, call, write(call, None, call.name, call.version))


@kind
def ref_other_project(mesh, rng):
    call = pick(rng, [c for c in sql_refs(mesh) if c.package])
    other = call and pick(rng, [p for p in mesh.projects if p != call.package])
    return other and at_call(mesh, call, write(call, other, call.name, call.version))


@kind
def ref_own_project_named(mesh, rng):
    call = pick(rng, [c for c in sql_refs(mesh) if not c.package])
    return call and at_call(mesh, call, write(call, mesh.project_of(call.file), call.name, call.version))


@kind
def ref_project_misspelt(mesh, rng):
    call = pick(rng, [c for c in sql_refs(mesh) if c.package])
    return call and at_call(mesh, call, write(call, misspelt(call.package, rng), call.name, call.version))


@kind
def ref_of_any_foreign_model(mesh, rng):
    call = pick(rng, [c for c in sql_refs(mesh) if c.package])
    name = call and pick(rng, own_models(mesh, call.package))
    return name and at_call(mesh, call, write(call, call.package, name))


@kind
def ref_of_any_own_model(mesh, rng):
    call = pick(rng, [c for c in sql_refs(mesh) if not c.package])
    name = call and pick(rng, own_models(mesh, mesh.project_of(call.file)))
    circle = [place(f) for f in mesh.models() if call and f.startswith(mesh.project_of(call.file) + "/")]
    return name and at_call(mesh, call, write(call, None, name), more=circle)


@kind
def ref_version_too_high(mesh, rng):
    call = pick(rng, sql_refs(mesh))
    return call and at_call(mesh, call, write(call, call.package, call.name, rng.choice(["v=9", "version=7", "v='3'"])))


@kind
def ref_version_one(mesh, rng):
    call = pick(rng, sql_refs(mesh))
    return call and at_call(mesh, call, write(call, call.package, call.name, rng.choice(["v=1", "version='1'", "v=2"])))


@kind
def ref_unknown_keyword(mesh, rng):
    call = pick(rng, sql_refs(mesh))
    return call and at_call(mesh, call, write(call, call.package, call.name, rng.choice(["ver=1", "vers=2", "model=3"])))


@kind
def ref_argument_count(mesh, rng):
    call = pick(rng, sql_refs(mesh))
    return call and at_call(mesh, call, rng.choice(["ref()", f"ref('a', '{call.name}', 'b')", f"ref('{call.name}', 2)", "ref(3)"]))


@kind
def ref_of_itself(mesh, rng):
    call = pick(rng, [c for c in sql_refs(mesh) if not re.search(r"_v\d+\.sql$", c.file)])
    return call and at_call(mesh, call, write(call, None, call.file.split("/")[-1][:-4]))


@kind
def ref_of_a_reader(mesh, rng):
    """Two models that read each other, sometimes over a third."""
    calls = [c for c in sql_refs(mesh) if not c.package and not c.version]
    call = pick(rng, calls)
    own = call and file_of(mesh, mesh.project_of(call.file), call.name)
    back = own and pick(rng, [c for c in sql_refs(mesh) if c.file == own])
    reader = call and call.file.split("/")[-1][:-4]
    if not back or re.search(r"_v\d+$", reader):
        return None
    return at_call(mesh, back, write(back, None, reader), more=[place(call.file, call.text)])


@kind
def ref_in_sql_comment(mesh, rng):
    file = pick(rng, mesh.models())
    call = f"ref('{rng.choice(['nothing_here', 'stg_nothing'])}')"
    return insert(mesh, file, len(mesh.texts[file]), f"\n-- {{{{ {call} }}}}\n", call)


@kind
def ref_where_dbt_never_looks(mesh, rng):
    file, call = pick(rng, mesh.models()), "ref('nothing_here')"
    shape = rng.choice(["{{# {{{{ {} }}}} #}}", "{{% raw %}}{{{{ {} }}}}{{% endraw %}}", "{{% if false %}}{{{{ {} }}}}{{% endif %}}",
                        "{{% if target.name == 'production' %}}{{{{ {} }}}}{{% endif %}}", "{{% macro m() %}}{{{{ {} }}}}{{% endmacro %}}",
                        "{{% if var('switched_on', false) %}}{{{{ {} }}}}{{% endif %}}", "{{% set x = 1 if true else {} %}}",
                        "{{% for x in [] %}}{{{{ {} }}}}{{% endfor %}}", "/* {{# {} #}} */"])
    return insert(mesh, file, len(mesh.texts[file]), "\n" + shape.format(call) + "\n", call)


@kind
def ref_where_dbt_looks(mesh, rng):
    file, call = pick(rng, mesh.models()), "ref('nothing_here')"
    shape = rng.choice(["/* {{{{ {} }}}} */", "{{% if true %}}{{{{ {} }}}}{{% endif %}}", "{{% if not execute %}}{{{{ {} }}}}{{% endif %}}",
                        "{{% if target.name != 'production' %}}{{{{ {} }}}}{{% endif %}}", "{{% do {} %}}", "{{% set x = {} %}}",
                        "{{% for x in [1, 2] %}}{{{{ {} }}}}{{% endfor %}}", "{{% if execute %}}{{{{ {} }}}}{{% endif %}}",
                        "{{% if var('switched_on', true) %}}{{{{ {} }}}}{{% endif %}}", "-- depends_on: {{{{ {} }}}}"])
    return insert(mesh, file, len(mesh.texts[file]), "\n" + shape.format(call) + "\n", call)


@kind
def ref_made_by_jinja(mesh, rng):
    """A ref whose name Jinja makes: right, or misspelt."""
    call = pick(rng, [c for c in sql_refs(mesh) if not c.package and not c.version])
    if not call:
        return None
    name = rng.choice([call.name, misspelt(call.name, rng)])
    file, half = call.file, len(name) // 2
    head, tail = name[:half], name[half:]
    text = rng.choice([f"{{% set wanted = '{name}' %}}{{{{ ref(wanted) }}}}", f"{{{{ ref('{head}' ~ '{tail}') }}}}",
                       f"{{% for part in ['{tail}'] %}}{{{{ ref('{head}' ~ part) }}}}{{% endfor %}}",
                       f"{{{{ ref('{head}%s' % '{tail}') }}}}", f"{{{{ ref(['{name}'][0]) }}}}",
                       f"{{{{ ref('{name.upper()}' | lower) }}}}", f"{{{{ ref('{head}' + '{tail}') }}}}",
                       f"{{{{ ref(var('chosen', '{name}')) }}}}", f"{{{{ builtins.ref('{name}') }}}}"])
    return insert(mesh, file, len(mesh.texts[file]), f"\n-- {text}\n", text)


@kind
def ref_by_own_macro(mesh, rng):
    call = pick(rng, [c for c in sql_refs(mesh) if not c.package and not c.version])
    if not call:
        return None
    project = mesh.project_of(call.file)
    name = rng.choice([call.name, misspelt(call.name, rng)])
    macro = {"file": f"{project}/macros/read_it.sql", "create": "{% macro read_it(it) %}{{ ref(it) }}{% endmacro %}\n"}
    found = at_call(mesh, call, f"read_it('{name}')", more=[place(macro["file"])])
    found.edits.insert(0, macro)
    return found


# ------------------------------------------------------------------ models

def movable(mesh, rng):
    """A model's file, its project and name: not a versioned one."""
    file = pick(rng, [f for f in mesh.models() if not re.search(r"_v\d+\.sql$", f)])
    return file, mesh.project_of(file), file.split("/")[-1][:-4]


def patches(mesh, project, name):
    return [place(e.file, name) for e in mesh.entries("models") if e.name == name and mesh.project_of(e.file) == project]


@kind
def model_deleted(mesh, rng):
    file, project, name = movable(mesh, rng)
    return Mutation("", [{"file": file, "delete": True}], at_readers(mesh, project, name) + patches(mesh, project, name), project)


@kind
def model_renamed(mesh, rng):
    file, project, name = movable(mesh, rng)
    goal = file[:-len(name) - 4] + misspelt(name, rng) + ".sql"
    return Mutation("", [{"file": file, "move_to": goal}], at_readers(mesh, project, name) + patches(mesh, project, name), project)


@kind
def model_moved(mesh, rng):
    file, project, name = movable(mesh, rng)
    goal = f"{project}/models/{rng.choice(['moved', 'marts/new', 'staging/other'])}/{name}.sql"
    return Mutation("", [{"file": file, "move_to": goal}], [place(goal)], project)


@kind
def model_copied(mesh, rng):
    file, project, name = movable(mesh, rng)
    goal = f"{project}/models/copies/{name}.sql"
    return Mutation("", [{"file": file, "copy_to": goal}], [place(goal), place(file)], project)


@kind
def model_disabled_in_sql(mesh, rng):
    file, project, name = movable(mesh, rng)
    value = rng.choice(["false", "False", "target.name == 'production'", "var('on', false)", "true", "target.name == 'dev'", "var('on', true)"])
    return insert(mesh, file, 0, f"{{{{ config(enabled={value}) }}}}\n", "", at_readers(mesh, project, name) + patches(mesh, project, name))


@kind
def model_disabled_in_yaml(mesh, rng):
    entry = pick(rng, mesh.entries("models"))
    if not entry:
        return None
    text, pad = mesh.texts[entry.file], " " * (entry.indent + 2)
    value = rng.choice(["false", "\"{{ target.name == 'production' }}\"", "no", "\"{{ var('on', false) }}\"", "true", "\"{{ target.name == 'dev' }}\""])
    block = re.compile(rf"^{pad}config:\n", re.MULTILINE).search(text, entry.start, entry.end)
    at = block.end() if block else text.index("\n", entry.at) + 1
    line = f"{pad}  enabled: {value}\n" if block else f"{pad}config:\n{pad}  enabled: {value}\n"
    project = mesh.project_of(entry.file)
    return insert(mesh, entry.file, at, line, entry.name, at_readers(mesh, project, entry.name))


@kind
def folder_disabled(mesh, rng):
    file, project, _ = movable(mesh, rng)
    folder = file.split("/models/")[1].split("/")[0]
    inside = [f for f in mesh.models() if f.startswith(f"{project}/models/{folder}/")]
    names = [f.split("/")[-1][:-4] for f in inside]
    text = mesh.texts[f"{project}/dbt_project.yml"]
    head = re.search(rf"^  {project}:\n", text, re.MULTILINE)
    if not head or re.search(rf"^    {folder}:", text, re.MULTILINE):
        return None
    value = rng.choice(["false", "\"{{ target.name == 'production' }}\"", "true"])
    places = [p for n in names for p in at_readers(mesh, project, n)]
    return insert(mesh, f"{project}/dbt_project.yml", head.end(), f"    {folder}:\n      +enabled: {value}\n", folder, places)


# ------------------------------------------------------------------ access, groups

def access_lines(mesh):
    found = []
    for file in mesh.files(".yml", "models"):
        found += [(file, m) for m in re.finditer(r"^( +)access: *(\w+)\n", mesh.texts[file], re.MULTILINE)]
    return found


def entry_around(mesh, file, at):
    return next((e for e in mesh.entries("models") if e.file == file and e.start <= at < e.end), None)


@kind
def access_changed(mesh, rng):
    picked = pick(rng, access_lines(mesh))
    if not picked:
        return None
    file, match = picked
    entry = entry_around(mesh, file, match.start())
    new = rng.choice([a for a in ("public", "protected", "private") if a != match[2]])
    places = at_readers(mesh, mesh.project_of(file), entry.name) if entry else []
    return swap(mesh, file, match, f"{match[1]}access: {new}\n", [place(file, new), *places])


@kind
def access_dropped(mesh, rng):
    picked = pick(rng, access_lines(mesh))
    if not picked:
        return None
    file, match = picked
    entry = entry_around(mesh, file, match.start())
    return swap(mesh, file, match, "", at_readers(mesh, mesh.project_of(file), entry.name) if entry else [])


@kind
def access_invalid(mesh, rng):
    picked = pick(rng, access_lines(mesh))
    if not picked:
        return None
    file, match = picked
    new = rng.choice(["pubic", "Public", "internal", "open"])
    return swap(mesh, file, match, f"{match[1]}access: {new}\n", [place(file, new)])


@kind
def access_in_sql(mesh, rng):
    file, project, name = movable(mesh, rng)
    value = rng.choice(["private", "protected", "public", "pubic"])
    return insert(mesh, file, 0, f"{{{{ config(access='{value}') }}}}\n", value, at_readers(mesh, project, name))


def group_lines(mesh):
    found = []
    for file in mesh.files(".yml", "models"):
        found += [(file, m) for m in re.finditer(r"^( +)group: *(\w+)\n", mesh.texts[file], re.MULTILINE)]
    return found


@kind
def group_misspelt(mesh, rng):
    picked = pick(rng, group_lines(mesh))
    if not picked:
        return None
    file, match = picked
    new = misspelt(match[2], rng)
    return swap(mesh, file, match, f"{match[1]}group: {new}\n", [place(file, new)])


@kind
def group_dropped(mesh, rng):
    picked = pick(rng, group_lines(mesh))
    if not picked:
        return None
    file, match = picked
    entry = entry_around(mesh, file, match.start())
    project = mesh.project_of(file)
    places = at_readers(mesh, project, entry.name) if entry else []
    # The model itself may read others of the group.
    own = entry and file_of(mesh, project, entry.name)
    places += [place(call.file, call.text) for call in sql_refs(mesh) if call.file == own]
    return swap(mesh, file, match, "", places + [place(file)])


@kind
def group_renamed(mesh, rng):
    entry = pick(rng, mesh.entries("groups"))
    if not entry:
        return None
    project = mesh.project_of(entry.file)
    users = [place(f, m[0].strip()) for f, m in group_lines(mesh) if m[2] == entry.name and mesh.project_of(f) == project]
    edit = {"file": entry.file, "at": entry.at, "was": entry.name, "now": misspelt(entry.name, rng)}
    return Mutation("", [edit], users, project)


# ------------------------------------------------------------------ versions

def version_lines(mesh):
    found = []
    for file in mesh.files(".yml", "models"):
        found += [(file, m) for m in re.finditer(r"^( +)- v: *(\d+)\n", mesh.texts[file], re.MULTILINE)]
    return found


@kind
def version_renumbered(mesh, rng):
    picked = pick(rng, version_lines(mesh))
    if not picked:
        return None
    file, match = picked
    entry = entry_around(mesh, file, match.start())
    places = at_readers(mesh, mesh.project_of(file), entry.name) if entry else []
    return swap(mesh, file, match, f"{match[1]}- v: {rng.choice([3, 5, 9])}\n", [place(file), *places])


@kind
def version_added(mesh, rng):
    picked = pick(rng, version_lines(mesh))
    if not picked:
        return None
    file, match = picked
    return swap(mesh, file, match, f"{match[1]}- v: 7\n{match[0]}", [place(file)])


@kind
def latest_version_moved(mesh, rng):
    found = [(f, m) for f in mesh.files(".yml", "models") for m in re.finditer(r"^( +)latest_version: *(\d+)\n", mesh.texts[f], re.MULTILINE)]
    picked = pick(rng, found)
    if not picked:
        return None
    file, match = picked
    entry = entry_around(mesh, file, match.start())
    places = at_readers(mesh, mesh.project_of(file), entry.name) if entry else []
    return swap(mesh, file, match, f"{match[1]}latest_version: {rng.choice([1, 2, 8])}\n", [place(file), *places])


@kind
def deprecation_date(mesh, rng):
    entry = pick(rng, mesh.entries("models"))
    if not entry:
        return None
    at, pad = mesh.texts[entry.file].index("\n", entry.at) + 1, " " * (entry.indent + 2)
    day = rng.choice(["2020-01-31", "2099-12-31", "2020-01-31T10:00:00+02:00", "soon"])
    places = at_readers(mesh, mesh.project_of(entry.file), entry.name)
    return insert(mesh, entry.file, at, f"{pad}deprecation_date: {day}\n", entry.name, [*places, place(entry.file, day)])


# ------------------------------------------------------------------ Jinja and YAML that cannot be read

@kind
def jinja_broken(mesh, rng):
    call = pick(rng, sql_refs(mesh))
    text = call and mesh.texts[call.file]
    end = call and re.compile(r" *\}\}").match(text, call.at + len(call.text))
    if not end:
        return None
    broken = rng.choice([")" , "", " }", " %}", " | nofilter }}", " }} {% endif %}", " }} {% if %}", " }} {% if true %}", " }} {% for x in [1] %}", " }} {{ 'open }}"])
    return swap(mesh, call.file, end, broken, [place(call.file)])


@kind
def jinja_string_open(mesh, rng):
    call = pick(rng, sql_refs(mesh))
    return call and at_call(mesh, call, call.text.replace(f"'{call.name}'", f"'{call.name}", 1), "", [place(call.file)])


@kind
def yaml_broken(mesh, rng):
    file = pick(rng, mesh.files(".yml", "models"))
    lines = file and [m for m in re.finditer(r"^ +[\w-][^\n]*:[^\n]*\n", mesh.texts[file], re.MULTILINE)]
    match = lines and pick(rng, lines)
    if not match:
        return None
    line = match[0]
    return swap(mesh, file, match, rng.choice(["\t" + line, " " + line, line.rstrip() + " \"\n", line.replace(":", "", 1), line + line,
                                               line.rstrip("\n") + " [\n", line.rstrip("\n") + ": x\n", "  {\n" + line]), [place(file)])


@kind
def key_twice(mesh, rng):
    entry = pick(rng, mesh.entries("models"))
    if not entry:
        return None
    at, pad = mesh.texts[entry.file].index("\n", entry.at) + 1, " " * (entry.indent + 2)
    return insert(mesh, entry.file, at, f"{pad}docs: {{}}\n{pad}docs: {{}}\n", "docs", [place(entry.file)])


@kind
def entry_twice(mesh, rng):
    entry = pick(rng, mesh.entries(rng.choice(["models", "sources", "groups", "exposures"])))
    if not entry:
        return None
    block = mesh.texts[entry.file][entry.start:entry.end]
    # Of a source it is the tables that stand twice.
    more = [place(entry.file)] if entry.section == "sources" else []
    return insert(mesh, entry.file, entry.start, block, entry.name, more)


@kind
def entry_misspelt(mesh, rng):
    entry = pick(rng, mesh.entries("models"))
    if not entry:
        return None
    new = misspelt(entry.name, rng)
    project = mesh.project_of(entry.file)
    edit = {"file": entry.file, "at": entry.at, "was": entry.name, "now": new}
    return Mutation("", [edit], [place(entry.file, new), *at_readers(mesh, project, entry.name)], project)


@kind
def entry_dropped(mesh, rng):
    entry = pick(rng, mesh.entries(rng.choice(["models", "models", "groups", "exposures", "seeds"])))
    if not entry:
        return None
    block = mesh.texts[entry.file][entry.start:entry.end]
    project = mesh.project_of(entry.file)
    users = [place(f, m[0].strip()) for f, m in group_lines(mesh) if m[2] == entry.name and mesh.project_of(f) == project]
    edit = {"file": entry.file, "at": entry.start, "was": block, "now": ""}
    return Mutation("", [edit], at_readers(mesh, project, entry.name) + users + [place(entry.file)], project)


# ------------------------------------------------------------------ loom

def looms(mesh):
    return [f for f in mesh.texts if f.endswith("/dbt_loom.config.yml")]


def foreign_refs(mesh, project, upstream=None):
    return [place(c.file, c.text) for c in mesh.calls("ref") if mesh.project_of(c.file) == project and c.package and upstream in (None, c.package)]


@kind
def loom_line_changed(mesh, rng):
    file = pick(rng, looms(mesh))
    lines = file and list(re.finditer(r"^( *(?:- )?)(\w+):(.*)\n", mesh.texts[file], re.MULTILINE))
    match = lines and pick(rng, lines)
    if not match:
        return None
    start, name, value = match[1], match[2], match[3]
    new = rng.choice([f"{start}{misspelt(name, rng)}:{value}\n", f"{start}{name}: {misspelt(value.strip(), rng)}\n" if value.strip() else "", ""])
    project = mesh.project_of(file)
    return swap(mesh, file, match, new, [place(file), *foreign_refs(mesh, project)])


@kind
def loom_entry_dropped(mesh, rng):
    file = pick(rng, looms(mesh))
    items = file and list(re.finditer(r"^  - name: *(\w+)\n(?:    .*\n)*", mesh.texts[file], re.MULTILINE))
    match = items and pick(rng, items)
    return match and swap(mesh, file, match, "", [place(file), *foreign_refs(mesh, mesh.project_of(file))])


@kind
def loom_deleted(mesh, rng):
    file = pick(rng, looms(mesh))
    return file and Mutation("", [{"file": file, "delete": True}], foreign_refs(mesh, mesh.project_of(file)), mesh.project_of(file))


@kind
def manifest_gone(mesh, rng):
    file = pick(rng, looms(mesh))
    if not file:
        return None
    project = mesh.project_of(file)
    upstream = pick(rng, re.findall(r"path: *\S*?(\w+)/target/manifest.json", mesh.texts[file]))
    if not upstream:
        return None
    path = f"{upstream}/target/manifest.json"
    edit = rng.choice([{"file": path, "delete": True}, {"file": path, "create": "{"}, {"file": path, "create": ""}, {"file": path, "create": "{}"}, {"file": path, "create": "[]"}])
    return Mutation("", [edit], [place(file), *foreign_refs(mesh, project)], project)
