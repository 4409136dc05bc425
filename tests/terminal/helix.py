"""Does in Helix what a user does, over a copy of the example mesh, and looks at what is on the screen then."""

import os
import pathlib
import sys

from screen import Terminal, run

MESH = pathlib.Path(os.environ["DBT_MESH_EXAMPLE"])
PICTURES = pathlib.Path(os.environ["DBT_MESH_SCREENSHOTS"])
HELIX = os.environ["DBT_MESH_HELIX"].split("\n")
ORDER_ITEMS = "domain_sales/models/marts/order_items.sql"
ORDER_COSTS = "domain_finance/models/intermediate/int_order_costs.sql"


class Helix(Terminal):
    def __init__(self, file):
        super().__init__([*HELIX, file], MESH, {})
        self.sees(file.rsplit("/", 1)[-1])
        self.sees("NOR")

    def find(self, text):
        self.send(f"/{text}\r")
        self.settle()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.stop()


def shoot(name, terminal):
    terminal.settle()
    (PICTURES / f"{name}.html").write_text(terminal.picture())


def a_wrong_ref_is_shown_while_typing_and_disappears():
    with Helix(ORDER_COSTS) as helix:
        helix.find("stock_by_month")
        helix.send("ax")
        helix.escape()
        helix.sees("has no model `stock_by_monthx`")
        shoot("helix-findings", helix)
        helix.send("u")
        helix.misses("has no model")


def both_arguments_complete_while_half_typed():
    with Helix(ORDER_ITEMS) as helix:
        helix.send("geo")
        complete(helix, "select * from {{ ref('domain_inv", "domain_inventory ")
        helix.escape()
        helix.send("uo")
        complete(helix, "select * from {{ ref('domain_inventory', 'stock_", "stock_by_month")
        shoot("helix-completion", helix)


def definition_goes_to_the_sql_file_of_the_other_project():
    with Helix(ORDER_ITEMS) as helix:
        helix.find("selling_prices")
        ask(helix, "gd", "selling_prices_v2.sql")


def the_card_shows_what_the_model_promises():
    with Helix(ORDER_ITEMS) as helix:
        helix.find("selling_prices")
        ask(helix, " k", "The price of each product on sale")
        shoot("helix-hover", helix)


def complete(helix, typed, label):
    """Types and waits for the list; asks for it where Helix does not by itself, as when a popup just went."""
    helix.send(typed)
    for _ in range(60):
        helix.read(0.05)
        if label in helix.text():
            return
    helix.send("\x18")
    helix.sees(label)


def ask(helix, keys, part):
    """Sends keys again and again, for the server may still be reading the mesh."""
    for _ in range(20):
        helix.send(keys)
        for _ in range(20):
            helix.read(0.05)
            if part in helix.text():
                return
        helix.escape()
    helix.sees(part)


TESTS = [
    a_wrong_ref_is_shown_while_typing_and_disappears,
    both_arguments_complete_while_half_typed,
    definition_goes_to_the_sql_file_of_the_other_project,
    the_card_shows_what_the_model_promises,
]
FAILED = run(TESTS)
print(f"helix: {len(TESTS) - FAILED} of {len(TESTS)} passed")
sys.exit(1 if FAILED else 0)
