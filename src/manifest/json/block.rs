//! Where strings and brackets end, found many bytes at a time.
//!
//! Most of a manifest is stepped over, and its quotes stand ten bytes apart, too close for a
//! search from one to the next. So 64 bytes are compared at once and the answers are kept as the
//! bits of a word, bit 0 for the first byte, from which strings are then masked out.

use wide::u8x16;

/// How many bytes are looked at in one step.
const BLOCK: usize = 64;
const LANES: usize = 16;

/// Where in a block of bytes the characters stand that matter.
struct Block {
    quotes: u64,
    escapes: u64,
    opening: u64,
    closing: u64,
}

/// The byte behind the bracket that closes the one at `start` (with `depth` 0), or behind the one
/// that closes the last of the `depth` brackets that are open at `start`. `None` where the text
/// ends before. What kind of bracket closes what kind is not looked at.
pub(super) fn end_of_brackets(bytes: &[u8], start: usize, depth: usize) -> Option<usize> {
    let mut depth = depth;
    let mut strings = Strings::default();
    let mut at = start;
    while at < bytes.len() {
        let block = block(&chunk(bytes, at));
        let in_string = strings.mask(&block);
        let opening = block.opening & !in_string;
        let mut closing = block.closing & !in_string;
        let count = closing.count_ones() as usize;
        // Only a block with enough closing brackets can hold the one that is sought.
        if count >= depth {
            while closing != 0 {
                let place = closing.trailing_zeros();
                let before = opening & !(u64::MAX << place);
                let closed = count - closing.count_ones() as usize + 1;
                if depth + before.count_ones() as usize == closed {
                    return Some(at + place as usize + 1);
                }
                closing &= closing - 1;
            }
        }
        depth = (depth + opening.count_ones() as usize).saturating_sub(count);
        at += BLOCK;
    }
    None
}

/// The quote that ends the string whose body begins at `start`, and whether an escape stands
/// before it; `None` where the text ends before.
pub(super) fn end_of_string(bytes: &[u8], start: usize) -> Option<(usize, bool)> {
    let mut at = start;
    let mut has_escape = false;
    while let Some(lanes) = bytes.get(at..).and_then(|rest| rest.first_chunk::<LANES>()) {
        let lanes = u8x16::new(*lanes);
        let found = equal(lanes, b'"') | equal(lanes, b'\\');
        if found == 0 {
            at += LANES;
            continue;
        }
        at += found.trailing_zeros() as usize;
        if bytes.get(at) == Some(&b'"') {
            return Some((at, has_escape));
        }
        has_escape = true;
        at += 2;
    }
    end_of_string_in_tail(bytes, at, has_escape)
}

fn end_of_string_in_tail(
    bytes: &[u8],
    start: usize,
    mut has_escape: bool,
) -> Option<(usize, bool)> {
    let mut at = start;
    loop {
        match bytes.get(at)? {
            b'"' => return Some((at, has_escape)),
            b'\\' => {
                has_escape = true;
                at += 2;
            }
            _ => at += 1,
        }
    }
}

/// What is known of strings from the blocks before.
#[derive(Default)]
struct Strings {
    /// All bits where the next block begins inside a string.
    is_inside: u64,
    /// 1 where the next block's first byte is escaped.
    is_escaped: u64,
}

impl Strings {
    /// The bytes of the block that stand in strings, opening quotes among them.
    fn mask(&mut self, block: &Block) -> u64 {
        let quotes = block.quotes & !self.escaped(block.escapes);
        let inside = parity_up_to(quotes) ^ self.is_inside;
        self.is_inside = if inside >> 63 == 1 { u64::MAX } else { 0 };
        inside
    }

    /// The bytes of the block that follow a backslash which is not itself escaped. Runs of
    /// backslashes are told apart by adding: the carry runs through to each run's end.
    fn escaped(&mut self, backslashes: u64) -> u64 {
        const EVEN: u64 = 0x5555_5555_5555_5555;
        if backslashes == 0 {
            return std::mem::take(&mut self.is_escaped);
        }
        let backslashes = backslashes & !self.is_escaped;
        let following = (backslashes << 1) | self.is_escaped;
        let odd_starts = backslashes & !EVEN & !following;
        let (ends, carries) = odd_starts.overflowing_add(backslashes);
        self.is_escaped = u64::from(carries);
        (EVEN ^ (ends << 1)) & following
    }
}

/// Each bit: whether an odd number of bits is set up to it.
fn parity_up_to(bits: u64) -> u64 {
    [1, 2, 4, 8, 16, 32]
        .iter()
        .fold(bits, |parity, shift| parity ^ (parity << shift))
}

/// The block at `at`; what lies behind the end is filled up with zeros.
fn chunk(bytes: &[u8], at: usize) -> [u8; BLOCK] {
    let rest = bytes.get(at..).unwrap_or_default();
    if let Some(full) = rest.first_chunk::<BLOCK>() {
        return *full;
    }
    let mut filled = [0; BLOCK];
    for (to, from) in filled.iter_mut().zip(rest) {
        *to = *from;
    }
    filled
}

fn block(bytes: &[u8; BLOCK]) -> Block {
    /// `[` and `{`, `]` and `}` differ in this bit.
    const BRACE_BIT: u8 = 0x20;
    let mut block = Block {
        quotes: 0,
        escapes: 0,
        opening: 0,
        closing: 0,
    };
    let (chunks, _) = bytes.as_chunks::<LANES>();
    for (index, lanes) in chunks.iter().enumerate() {
        let lanes = u8x16::new(*lanes);
        let braces = lanes | u8x16::splat(BRACE_BIT);
        let shift = index * LANES;
        block.quotes |= equal(lanes, b'"') << shift;
        block.escapes |= equal(lanes, b'\\') << shift;
        block.opening |= equal(braces, b'{') << shift;
        block.closing |= equal(braces, b'}') << shift;
    }
    block
}

fn equal(lanes: u8x16, byte: u8) -> u64 {
    u64::from(lanes.simd_eq(u8x16::splat(byte)).to_bitmask() & 0xFFFF)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The same, one byte after the other.
    fn slow_end_of_brackets(bytes: &[u8], start: usize) -> Option<usize> {
        let mut depth = 0;
        let mut at = start;
        loop {
            match bytes.get(at)? {
                b'"' => at = end_of_string_in_tail(bytes, at + 1, false)?.0,
                b'{' | b'[' => depth += 1,
                b'}' | b']' if depth == 1 => return Some(at + 1),
                b'}' | b']' => depth -= 1,
                _ => {}
            }
            at += 1;
        }
    }

    #[test]
    fn blocks_and_single_bytes_agree() {
        let pieces = [
            r#""a""#,
            r#""\"]""#,
            r#""\\""#,
            r#""\\\"}\\\\""#,
            "{",
            "}",
            "[",
            "]",
            ": 1",
        ];
        let mut seed = 7_u64;
        for _ in 0..3000 {
            let mut text = String::from("[");
            for _ in 0..60 {
                seed = seed
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695);
                text += pieces[usize::try_from(seed >> 33).unwrap() % pieces.len()];
            }
            text += "]]]]]]";
            let bytes = text.as_bytes();
            let end = slow_end_of_brackets(bytes, 0);
            assert_eq!(end_of_brackets(bytes, 0, 0), end, "{text}");
            assert_eq!(end_of_brackets(bytes, 1, 1), end, "{text}");
        }
    }

    #[test]
    fn strings_end_at_their_first_quote_without_escape() {
        for length in 0..80 {
            let plain = "x".repeat(length);
            let text = format!("{plain}\" \"");
            assert_eq!(end_of_string(text.as_bytes(), 0), Some((length, false)));
            let text = format!("{plain}\\\\\\\"\" \"");
            assert_eq!(end_of_string(text.as_bytes(), 0), Some((length + 4, true)));
            assert_eq!(end_of_string(plain.as_bytes(), 0), None);
            assert_eq!(end_of_string(format!("{plain}\\").as_bytes(), 0), None);
        }
    }
}
