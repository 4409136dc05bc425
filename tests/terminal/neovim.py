"""Neovim as it is seen: tests/nvim asks it, this looks at the screen."""

import os
import pathlib
import sys

from screen import Terminal, run

MESH = pathlib.Path(os.environ["DBT_MESH_EXAMPLE"])
PICTURES = pathlib.Path(os.environ["DBT_MESH_SCREENSHOTS"])
NVIM = [os.environ["DBT_MESH_NVIM"], "-i", "NONE", "-n", "-u", os.environ["DBT_MESH_INIT"]]
LOOKS = "set number signcolumn=yes laststatus=2 background=light | syntax on | lua vim.diagnostic.config({ virtual_text = true })"


def a_half_typed_ref_is_completed_on_the_screen():
    nvim = Terminal([*NVIM, "-c", LOOKS, "domain_sales/models/marts/order_items.sql"], MESH, {})
    try:
        nvim.sees("order_items.sql")
        nvim.sees("inner join prices")
        nvim.send("Goselect * from {{ ref('domain_inventory', '")
        for _ in range(20):
            # The server may still be starting.
            nvim.send("\x18\x0f")
            nvim.settle()
            if "stock_by_month" in nvim.text():
                break
        for part in ("stock_by_month", "product_catalogue", "selling_prices"):
            nvim.sees(part)
        nvim.settle()
        (PICTURES / "neovim-completion.html").write_text(nvim.picture())
    finally:
        nvim.stop()


FAILED = run([a_half_typed_ref_is_completed_on_the_screen])
sys.exit(1 if FAILED else 0)
