//! Which name was meant? The "did you mean" of every message.

/// The candidate that `typed` most likely stands for, by edit distance with swapped neighbours
/// (case aside); `None` where none is near: more than a third of the letters would have to change.
/// Of equally near ones the first in alphabetical order.
#[must_use]
pub fn closest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = typed.to_lowercase();
    let length = wanted.chars().count();
    let bound = (length / 3).max(1);
    let letters = Letters::of(&wanted);
    candidates
        .into_iter()
        .filter(|candidate| *candidate != typed)
        .filter(|candidate| candidate.len().abs_diff(typed.len()) <= bound * 4)
        .filter(|candidate| candidate.chars().count().abs_diff(length) <= bound)
        .filter(|candidate| Letters::of(candidate).differ_from(&letters) <= bound * 2)
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

/// How often each letter stands in a word. One edit changes two of these numbers at most, so that
/// most words need no closer look.
struct Letters([u8; 32]);

impl Letters {
    fn of(word: &str) -> Self {
        let mut counts = [0_u8; 32];
        for letter in word.chars().flat_map(char::to_lowercase) {
            // Thirty-two heaps: letters of one heap are as good as one.
            if let Some(count) = counts.get_mut((letter as usize) & 31) {
                *count = count.saturating_add(1);
            }
        }
        Self(counts)
    }

    fn differ_from(&self, other: &Self) -> usize {
        let pairs = self.0.iter().zip(&other.0);
        pairs.map(|(a, b)| usize::from(a.abs_diff(*b))).sum()
    }
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
