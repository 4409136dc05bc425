//! How does a length stand inside a text? In base 64, the least digit first, one ASCII byte a digit,
//! so that the whole stays a valid text and short lengths take one byte.

const DIGIT: usize = 64;
/// Marks a digit behind which there are more.
const MORE: u8 = 64;

/// Writes `length` to the end of `text`.
pub(crate) fn put_length(text: &mut String, mut length: usize) {
    loop {
        let digit = u8::try_from(length % DIGIT).unwrap_or_default();
        length /= DIGIT;
        text.push(char::from(if length > 0 { digit | MORE } else { digit }));
        if length == 0 {
            return;
        }
    }
}

/// Reads the length that stands at `at` of `text`, and moves `at` behind it.
pub(crate) fn take_length(text: &str, at: &mut usize) -> usize {
    let (mut length, mut unit) = (0, 1);
    while let Some(&byte) = text.as_bytes().get(*at) {
        *at += 1;
        length += usize::from(byte & (MORE - 1)) * unit;
        unit *= DIGIT;
        if byte & MORE == 0 {
            break;
        }
    }
    length
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_come_back_as_they_were() {
        let lengths = [0, 1, 63, 64, 65, 4095, 4096, 1 << 20];
        let mut text = String::from("é");
        for length in lengths {
            put_length(&mut text, length);
        }
        let mut at = "é".len();
        let again = lengths.map(|_| take_length(&text, &mut at));
        assert_eq!((again, at), (lengths, text.len()));
    }
}
