"""What stands where in a mesh of plain dbt projects, found by regular expressions: the ground that mutations grow on.

It need not see everything: what it misses is not mutated. It must not be our server's own reading of the files.
"""
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

LEFT_OUT = ("target", "logs", "dbt_packages", "_packages", "__pycache__")
STRING = r"""(?:'[^'\n]*'|"[^"\n]*")"""
CALL = re.compile(rf"\b(ref|source)\(\s*({STRING})(?:\s*,\s*({STRING}))?((?:\s*,\s*(?:v|version)\s*=\s*[^),]+)?)\s*\)")
NAME = re.compile(r"^(?P<indent> *)- name: *(?P<name>[\w.]+) *$", re.MULTILINE)


@dataclass(frozen=True)
class Call:
    """A ref or source with names in quotes."""
    kind: str
    file: str
    at: int
    text: str
    first: str
    second: str | None
    version: str

    @property
    def name(self):
        return self.second or self.first

    @property
    def package(self):
        return self.first if self.second else None


@dataclass(frozen=True)
class Entry:
    """An item of a YAML list that has a name: a model, a column, a source, a table, …"""
    section: str
    file: str
    indent: int
    at: int  # of the name
    name: str
    start: int  # of the item's first line
    end: int  # behind its last line


class Mesh:
    """A folder of projects."""

    def __init__(self, root, projects):
        self.root, self.projects = Path(root), list(projects)
        self.texts = {}
        for project in self.projects:
            for path in sorted((self.root / project).rglob("*")):
                inside = path.relative_to(self.root)
                if path.is_file() and not set(inside.parts) & set(LEFT_OUT) and path.suffix in (".sql", ".yml", ".md", ".py"):
                    self.texts[inside.as_posix()] = path.read_text()

    def project_of(self, file):
        return file.split("/")[0]

    def files(self, ending, folder=""):
        return [f for f in self.texts if f.endswith(ending) and (not folder or f"/{folder}/" in f)]

    def models(self):
        """The SQL files of models."""
        return [f for f in self.files(".sql", "models")]

    def calls(self, kind, files=None):
        found = []
        for file in files if files is not None else self.texts:
            for m in CALL.finditer(self.texts[file]):
                if m[1] == kind:
                    second = m[3] and m[3][1:-1]
                    found.append(Call(kind, file, m.start(), m[0], m[2][1:-1], second, m[4].strip(", ")))
        return found

    def readers(self, project, name):
        """The refs that mean the model of this name in this project, by the look of them."""
        return [c for c in self.calls("ref") if c.name == name and (c.package or self.project_of(c.file)) == project]

    def entries(self, section, indent=2):
        found = []
        for file in self.files(".yml", "models") + self.files(".yml", "seeds") + self.files(".yml", "snapshots"):
            text = self.texts[file]
            for m in NAME.finditer(text):
                if len(m["indent"]) != indent:
                    continue
                head = re.findall(r"^(\w+):", text[:m.start()], re.MULTILINE)
                if not head or head[-1] != section:
                    continue
                after = re.compile(rf"^(?: {{0,{indent}}}- | {{0,{max(0, indent - 1)}}}\S)", re.MULTILINE).search(text, m.end())
                found.append(Entry(section, file, indent, m.start("name"), m["name"], m.start(), after.start() if after else len(text)))
        return found

    def copy_to(self, folder):
        """The same mesh elsewhere, with manifests and packages."""
        shutil.copytree(self.root, folder, ignore=shutil.ignore_patterns("logs", "*.duckdb", "compiled", "run"))


def apply(edits, root):
    """Makes edits in a copy of a mesh: `create`, `delete`, `move_to`, `copy_to`, or `was` replaced by `now` at the place `at`."""
    for edit in edits:
        path = Path(root) / edit["file"]
        if "create" in edit:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(edit["create"])
        elif "delete" in edit:
            path.unlink()
        elif "move_to" in edit or "copy_to" in edit:
            goal = Path(root) / (edit.get("move_to") or edit["copy_to"])
            goal.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, goal)
            if "move_to" in edit:
                path.unlink()
        else:
            text, at, was = path.read_text(), edit["at"], edit["was"]
            assert text[at:at + len(was)] == was, f"{edit['file']} has no {was!r} at {at}"
            path.write_text(text[:at] + edit["now"] + text[at + len(was):])
