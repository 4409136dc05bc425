//! Where the refs of a file stand, kept small: a mesh has tens of thousands of them, and each has
//! up to five places.

use thin_vec::ThinVec;

use super::RefSpans;
use crate::text::Span;

/// The places of the refs of a file, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RefPlaces(ThinVec<RefPlace>);

/// A call, and the places of its parts in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct RefPlace {
    call: Span,
    package: Part,
    name: Part,
    version: Part,
    unknown_keyword: Part,
}

/// A place inside a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Part {
    /// Behind the call's first byte.
    start: u16,
    /// `u16::MAX` for a part that is not there, or too far behind.
    length: u16,
}

impl RefPlaces {
    /// Adds the places of the next ref. Parts more than 64 KiB behind its start are forgotten.
    pub fn push(&mut self, spans: RefSpans) {
        let part = |span| Part::new(spans.call, span);
        self.0.push(RefPlace {
            call: spans.call,
            package: part(spans.package),
            name: part(spans.name),
            version: part(spans.version),
            unknown_keyword: part(spans.unknown_keyword),
        });
    }

    /// The places of the ref at this index.
    #[must_use]
    pub fn get(&self, at: usize) -> Option<RefSpans> {
        self.0.get(at).copied().map(RefPlace::spans)
    }

    /// The places of all refs.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = RefSpans> {
        self.0.iter().copied().map(RefPlace::spans)
    }

    /// Forgets all but the first `count`.
    pub(super) fn truncate(&mut self, count: usize) {
        self.0.truncate(count);
    }

    pub(super) fn shrink_to_fit(&mut self) {
        self.0.shrink_to_fit();
    }
}

impl RefPlace {
    fn spans(self) -> RefSpans {
        let span = |part: Part| part.span(self.call);
        RefSpans {
            call: self.call,
            package: span(self.package),
            name: span(self.name),
            version: span(self.version),
            unknown_keyword: span(self.unknown_keyword),
        }
    }
}

impl Part {
    const NONE: Self = Self {
        start: 0,
        length: u16::MAX,
    };

    fn new(call: Span, span: Option<Span>) -> Self {
        let within = |span: Span| {
            let start = span.start.checked_sub(call.start)?;
            Some(Self {
                start: u16::try_from(start).ok()?,
                length: u16::try_from(span.len()).ok().filter(|it| *it < u16::MAX)?,
            })
        };
        span.and_then(within).unwrap_or(Self::NONE)
    }

    fn span(self, call: Span) -> Option<Span> {
        (self.length < u16::MAX).then(|| {
            let start = call.start as usize + usize::from(self.start);
            Span::new(start, start + usize::from(self.length))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_come_back_as_they_were() {
        let spans = |name: Option<Span>| RefSpans {
            call: Span::new(10, 200_000),
            package: Some(Span::new(15, 19)),
            name,
            version: Some(Span::new(30, 30)),
            unknown_keyword: None,
        };
        let near = spans(Some(Span::new(21, 28)));
        let far = spans(Some(Span::new(150_000, 150_004)));
        let mut places = RefPlaces::default();
        places.push(near);
        places.push(far);
        assert_eq!(places.get(0), Some(near));
        assert_eq!(
            places.get(1),
            Some(spans(None)),
            "too far behind the call's start"
        );
        assert_eq!(places.iter().len(), 2);
        assert_eq!(places.get(2), None);
    }
}
