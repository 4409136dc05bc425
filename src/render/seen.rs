//! Was a call like this one made before?

use std::hash::BuildHasher;

use foldhash::HashMap;
use foldhash::fast::FixedState;
use smallvec::SmallVec;

use super::Made;
use crate::syntax::jinja::{Argument, Constant};

/// The calls of a list by what they have in common with their like.
#[derive(Default)]
pub(super) struct Seen(HashMap<u64, SmallVec<[u32; 1]>>);

impl Seen {
    /// Whether no call of `before` that went through here is like `made`. If so, it comes next there.
    pub fn is_new(&mut self, before: &[Made<'_>], made: &Made<'_>) -> bool {
        let alike = self.0.entry(hash(made)).or_default();
        let is_like = |at: &u32| {
            let known = before.get(*at as usize);
            known.is_some_and(|known| is_like(known, made))
        };
        if alike.iter().any(is_like) {
            return false;
        }
        alike.extend(u32::try_from(before.len()).ok());
        true
    }
}

fn is_like(one: &Made<'_>, other: &Made<'_>) -> bool {
    let (one, other) = (&one.site, &other.site);
    (one.span, one.reach, &one.callee, &one.arguments)
        == (other.span, other.reach, &other.callee, &other.arguments)
}

fn hash(made: &Made<'_>) -> u64 {
    let site = &made.site;
    FixedState::default().hash_one((site.span, &site.callee, &site.arguments))
}

/// How much there is to compare in arguments: about one for each of their values.
pub(super) fn weight(arguments: &[Argument<'_>]) -> usize {
    let values = arguments.iter().map(|argument| of_value(&argument.value));
    values.sum()
}

fn of_value(value: &Constant<'_>) -> usize {
    match value {
        Constant::Str { text, .. } | Constant::Int(text) | Constant::Float(text) => {
            1 + text.len() / 64
        }
        Constant::List(items) => 1 + items.iter().map(of_value).sum::<usize>(),
        Constant::Dict(items) => {
            let pairs = items.iter();
            1 + pairs
                .map(|(key, value)| of_value(key) + of_value(value))
                .sum::<usize>()
        }
        Constant::Bool(_) | Constant::None | Constant::Undefined(_) | Constant::Unknown => 1,
    }
}
