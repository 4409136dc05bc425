"""What a step found: each case by name, right or wrong."""

import traceback


class Cases:
    def __init__(self):
        self.passed = 0
        self.failed = []

    def case(self, name, outcome, state, *words, size=None):
        """The outcome has this state, and its message these words. What is fetched may be the same as before."""
        missing = [word for word in words if word not in outcome.message]
        wrong_size = size is not None and outcome.size != size
        is_state = outcome.state == state or (state, outcome.state, size) == ("fetched", "not modified", None)
        if is_state and not missing and not wrong_size:
            self.passed += 1
            print(f"ok      {name}: {outcome}")
            return
        expected = f"{state}, {', '.join(words)}, {size or ''}"
        self.fail(name, f"expected {expected}\n        seen {outcome}\n{outcome.everything}")

    def true(self, name, is_true, seen=""):
        if is_true:
            self.passed += 1
            print(f"ok      {name}")
        else:
            self.fail(name, str(seen))

    def fail(self, name, why):
        self.failed.append(name)
        print(f"FAILED  {name}: {why}")

    def group(self, name, run, *arguments):
        print(f"\n-- {name}")
        try:
            run(self, *arguments)
        except Exception:
            self.fail(name, traceback.format_exc())
