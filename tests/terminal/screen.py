"""A terminal with a program in it: what hands and eyes do."""

import fcntl
import html
import os
import pty
import re
import select
import signal
import struct
import termios
import time

import pyte

PATIENCE = float(os.environ.get("DBT_MESH_PATIENCE", "20000")) / 1000
# Kinds of underlines, and of keys, that the emulator has no idea of.
UNKNOWN = re.compile(rb"\x1b\[(?:[0-9;]*:[0-9;:]*|[>?][0-9;:]*)m")
COLOURS = {
    "black": "#24292f", "red": "#cf222e", "green": "#1a7f37", "brown": "#9a6700", "blue": "#0969da",
    "magenta": "#8250df", "cyan": "#1b7c83", "white": "#6e7781", "brightblack": "#57606a", "brightred": "#a40e26",
    "brightgreen": "#2da44e", "brightbrown": "#bf8700", "brightblue": "#218bff", "brightmagenta": "#a475f9",
    "brightcyan": "#3192aa", "brightwhite": "#8c959f",
}


class Terminal:
    """A program in a terminal of its own."""

    def __init__(self, command, folder, environment, columns=110, lines=30):
        self.screen = pyte.Screen(columns, lines)
        self.screen.write_process_input = self.send
        self.stream = pyte.ByteStream(self.screen)
        self.id, self.file = pty.fork()
        if self.id == 0:
            os.chdir(folder)
            os.execvpe(command[0], command, {**os.environ, **environment, "TERM": "xterm-256color", "COLORTERM": "truecolor"})
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))

    def send(self, text):
        os.write(self.file, text.encode())

    def read(self, seconds):
        """Takes in what the program writes within a time."""
        ready, _, _ = select.select([self.file], [], [], seconds)
        if not ready:
            return False
        try:
            data = os.read(self.file, 1 << 16)
        except OSError:
            return False
        self.stream.feed(UNKNOWN.sub(b"", data))
        return True

    def text(self):
        return "\n".join(line.rstrip() for line in self.screen.display)

    def wait(self, what, is_there):
        """Reads until `is_there` says yes of the screen's text."""
        deadline = time.monotonic() + PATIENCE
        while not is_there(self.text()):
            if time.monotonic() > deadline:
                raise AssertionError(f"{what} did not come; instead:\n{self.text()}")
            self.read(0.05)

    def sees(self, part):
        self.wait(f"`{part}`", lambda text: part in text)

    def misses(self, part):
        self.wait(f"the end of `{part}`", lambda text: part not in text)

    def escape(self):
        """Escape alone: the next key would else be taken for one with Alt."""
        self.send("\x1b")
        end = time.monotonic() + 0.15
        while time.monotonic() < end:
            self.read(0.02)

    def settle(self):
        """Reads until nothing has been written for a moment."""
        while self.read(0.3):
            pass

    def stop(self):
        os.kill(self.id, signal.SIGKILL)
        os.waitpid(self.id, 0)
        os.close(self.file)

    def picture(self):
        """The screen as a page."""
        lines = []
        for number in range(self.screen.lines):
            row = self.screen.buffer[number]
            cells = (row[column] for column in range(self.screen.columns))
            lines.append("".join(cell_html(cell) for cell in cells))
        return (
            "<!doctype html><meta charset=utf-8><style>body{margin:0;padding:8px;background:#fff;color:#24292f}"
            "pre{display:inline-block;margin:0;padding:8px;font:14px/1.25 'DejaVu Sans Mono',monospace}</style><pre>" + "\n".join(lines) + "</pre>"
        )


def colour(name, default):
    if name == "default":
        return default
    return COLOURS.get(name, f"#{name}")


def cell_html(cell):
    front, back = colour(cell.fg, "#24292f"), colour(cell.bg, "#ffffff")
    if cell.reverse:
        front, back = back, front
    style = f"color:{front};background:{back}"
    if cell.bold:
        style += ";font-weight:bold"
    if cell.underscore:
        style += ";text-decoration:underline"
    text = html.escape(cell.data)
    return text if style == "color:#24292f;background:#ffffff" else f'<span style="{style}">{text}</span>'


def run(tests):
    """Runs tests, each a function whose name says what holds; says how many failed."""
    failed = 0
    for test in tests:
        start = time.monotonic()
        name = test.__name__.replace("_", " ")
        try:
            test()
            outcome = "ok      "
        except Exception as error:  # whatever it is, the others are run
            failed += 1
            outcome = "FAILED  "
            name = f"{name}\n        {str(error)}".replace("\n", "\n        ")
        print(f"{outcome}{name} ({(time.monotonic() - start) * 1000:.0f} ms)", flush=True)
    return failed
