//! Which name was meant? The "did you mean" of every message.

/// The candidate that `typed` most likely stands for, by edit distance with swapped neighbours
/// (case aside); `None` where none is near: more than a third of the letters would have to change.
/// Of equally near ones the first in alphabetical order.
#[must_use]
pub fn closest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = typed.to_lowercase();
    let length = wanted.chars().count();
    let bound = (length / 3).max(1);
    candidates
        .into_iter()
        .filter(|candidate| *candidate != typed)
        .filter(|candidate| candidate.len().abs_diff(typed.len()) <= bound * 4)
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= bound)
        .map(|candidate| {
            (
                strsim::osa_distance(&wanted, &candidate.to_lowercase()),
                candidate,
            )
        })
        .filter(|(distance, _)| *distance <= bound)
        .min()
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::closest;

    #[test]
    fn a_slip_of_the_finger_is_understood_and_another_word_is_not() {
        let names = ["product_catalog", "product_prices", "stock_products"];
        assert_eq!(closest("product_catalgo", names), Some("product_catalog"));
        assert_eq!(closest("PRODUCT_CATALOG", names), Some("product_catalog"));
        assert_eq!(closest("customers", names), None);
        assert_eq!(closest("", names), None);
    }
}
