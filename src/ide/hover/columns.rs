//! The card of a column: its type, what is said of it, and where it comes from.

use crate::ide::markdown::{code, prose, shortened};
use crate::ide::target::PointedColumn;
use crate::mesh::columns::written_of;

/// How many characters of a description a card shows.
const MOST_PROSE: usize = 1000;
/// How many of one in the list of origins.
const MOST_CELL: usize = 120;

pub(super) fn card(column: &PointedColumn<'_>) -> String {
    let known = column.known.as_ref();
    let mut title = format!("**{}** · column", code(&column.name));
    if let Some(kind) = known.and_then(|known| known.data_type.as_deref()) {
        title.push_str(" · ");
        title.push_str(&code(kind));
    }
    let mut parts = vec![title];
    let first = known.map(|known| known.description.clone());
    let first = first.filter(|text| !text.is_empty());
    // A column that is passed on has the description of where it comes from.
    let copied = || {
        let copies = column.ancestors.iter().filter(|it| it.is_copy);
        let mut texts = copies.map(|it| written_of(&it.read, &it.column).1);
        texts.find(|text| !text.is_empty())
    };
    if let Some(text) = first.or_else(copied) {
        parts.push(prose(&shortened(&text, MOST_PROSE)));
    }
    let origins = column.ancestors.iter().map(|ancestor| {
        let indent = "  ".repeat(ancestor.depth.saturating_sub(1));
        let name = format!("{}.{}", ancestor.read.full_name(), ancestor.column);
        let (kind, text) = written_of(&ancestor.read, &ancestor.column);
        let kind: String =
            kind.map_or_else(String::new, |kind: String| format!(" {}", code(&kind)));
        let how = if ancestor.is_copy {
            ""
        } else {
            ", worked into it"
        };
        let text = text.lines().next().unwrap_or("").trim();
        let text = if text.is_empty() || ancestor.depth == 1 && ancestor.is_copy {
            String::new()
        } else {
            format!(": {}", prose(&shortened(text, MOST_CELL)))
        };
        format!("{indent}- {}{kind}{how}{text}", code(&name))
    });
    let origins: Vec<String> = origins.collect();
    if !origins.is_empty() {
        parts.push(format!("from\n\n{}", origins.join("\n")));
    }
    parts.join("\n\n")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use crate::fixture::{check_goto, check_hover};

    const MESH: &str = "
//- project core
//- models/prices.sql access:public contract:enforced
select id, amount * 100 as cents from {{ source('raw', 'prices') }}
//- models/prices.yml
models:
  - name: prices
    columns:
      - {name: id, data_type: int, description: The key.}
      - {name: cents, data_type: int, description: What it costs.}
sources: [{name: raw, tables: [{name: prices, columns: [{name: amount, data_type: double}]}]}]
";

    #[test]
    fn a_column_says_where_it_comes_from_across_projects() {
        let shop = "
//- project shop needs:core
//- models/lines.sql
select * from {{ ref('core', 'prices') }}
//- models/orders.sql
with l as (select id, cents from {{ ref('lines') }})
select l.ce$0nts from l
";
        check_hover(
            &(shop.to_owned() + MESH),
            &expect![[r"
                [cents]
                **`cents`** · column · `integer`

                What it costs.

                from

                - `shop.lines.cents`
                  - `core.prices.cents` `int`: What it costs.
                    - `raw.prices.amount` `double`, worked into it"]],
        );
    }

    #[test]
    fn the_definition_is_the_entry_or_the_expression() {
        let shop = "
//- project shop needs:core
//- models/orders.sql
with l as (select id, cents from {{ ref('core', 'prices') }})
select l.ce$0nts from l
";
        check_goto(
            &(shop.to_owned() + MESH),
            &expect![[r"
                [cents]
                core/models/prices.yml
                          - {name: cents, data_type: int, description: What it costs.}
                                   ^^^^^
            "]],
        );
        let own = "
//- project shop needs:core
//- models/orders.sql
with l as (select id, cents * 2 as twice from {{ ref('core', 'prices') }})
select l.tw$0ice from l
";
        check_goto(
            &(own.to_owned() + MESH),
            &expect![[r"
                [twice]
                shop/models/orders.sql
                    with l as (select id, cents * 2 as twice from {{ ref('core', 'prices') }})
                                                       ^^^^^
            "]],
        );
    }
}
