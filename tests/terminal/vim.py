"""Does in Vim with ALE what a user does, over a copy of the example mesh, and looks at what is on the screen then."""

import os
import pathlib
import sys

from screen import Terminal, run

MESH = pathlib.Path(os.environ["DBT_MESH_EXAMPLE"])
VIM = [*os.environ["DBT_MESH_VIM"].split("\n"), "-N", "-i", "NONE", "-n", "-u", os.environ["DBT_MESH_VIMRC"]]
ORDER_ITEMS = "domain_sales/models/marts/order_items.sql"
ORDER_COSTS = "domain_finance/models/intermediate/int_order_costs.sql"


class Vim(Terminal):
    def __init__(self, file):
        super().__init__([*VIM, file], MESH, {})
        self.sees("ref(")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()

    def ask(self, keys, part):
        """Sends keys again and again, for the server may still be reading the mesh."""
        for _ in range(20):
            self.send(keys)
            self.settle()
            if part in self.text():
                return
            self.escape()
        self.sees(part)


def a_wrong_ref_is_shown_and_disappears():
    with Vim(ORDER_COSTS) as vim:
        vim.send("/stock_by_month\rea")
        vim.send("x")
        vim.escape()
        vim.ask(":ALELint\r", "E: `domain_inventory` has no model")
        vim.send("u:ALELint\r")
        vim.misses("has no model")


def a_cross_project_ref_is_completed():
    with Vim(ORDER_ITEMS) as vim:
        vim.send("Goselect * from {{ ref('domain_inventory', 'stock_")
        for _ in range(20):
            vim.send("\x18\x0f")
            vim.settle()
            if "stock_by_month" in vim.text():
                return
        vim.sees("stock_by_month")


def definition_goes_into_the_other_project():
    with Vim(ORDER_ITEMS) as vim:
        vim.send("/selling_prices\r")
        vim.ask(":ALEGoToDefinition\r", "selling_prices_v2.sql")


def the_card_is_shown():
    with Vim(ORDER_ITEMS) as vim:
        vim.send("/selling_prices\r")
        vim.ask(":ALEHover\r", "The price of each product")


TESTS = [
    a_wrong_ref_is_shown_and_disappears,
    a_cross_project_ref_is_completed,
    definition_goes_into_the_other_project,
    the_card_is_shown,
]
FAILED = run(TESTS)
print(f"vim: {len(TESTS) - FAILED} of {len(TESTS)} passed")
sys.exit(1 if FAILED else 0)
