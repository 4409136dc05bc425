//! Which words and signs is SQL made of?

use crate::text::Span;

/// One token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Token {
    pub kind: TokenKind,
    /// Whether Jinja stands in it beside other text.
    pub has_hole: bool,
    /// The Jinja block that it stands in; see [`super::mask::Region`].
    pub region: u16,
    pub span: Span,
}

/// The kinds of tokens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    /// A word that has no meaning of its own.
    Name,
    /// A word that means something at some places, and may be a name at others.
    Word(Keyword),
    /// A name in quotes.
    Quoted,
    /// A string.
    Text,
    Number,
    /// `{{ … }}`, nothing else.
    Jinja,
    /// `$1`, `?`, `@x`
    Parameter,
    Comma,
    Semicolon,
    Dot,
    Open,
    Close,
    OpenBracket,
    CloseBracket,
    OpenBrace,
    CloseBrace,
    Star,
    Colon,
    DoubleColon,
    /// `->`
    Arrow,
    /// `=>`
    FatArrow,
    Operator(Operator),
    /// The text's end.
    End,
}

/// What a sign does, as far as it matters for the type of what it makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operator {
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Times,
    /// `/`
    Divide,
    /// `//`, integer division
    IntegerDivide,
    /// `%`
    Modulo,
    /// `||`
    Concat,
    /// `=`, and `==`
    Equal,
    /// `<`, `>=`, `<>`, `~`, `is`, `in`, `like`, `between`, … : true or false
    Compare,
    /// `and`, `or`
    Logic,
    /// Any other: bits, JSON, arrays; or Jinja.
    Other,
}

macro_rules! keywords {
    ($($name:ident $text:literal)*) => {
        /// Words that mean something to the parser.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Keyword { $($name),* }

        impl Keyword {
            /// The keyword that `word` is, in lower case.
            fn of_lower(word: &[u8]) -> Option<Self> {
                match word { $($text => Some(Self::$name),)* _ => None }
            }
        }
    };
}

keywords! {
    All b"all" And b"and" Anti b"anti" Any b"any" Apply b"apply" Array b"array" As b"as" Asc b"asc"
    Asof b"asof" At b"at" Between b"between" By b"by" Case b"case" Cast b"cast" Cluster b"cluster"
    Connect b"connect" Cross b"cross" Desc b"desc" Distinct b"distinct" Distribute b"distribute"
    Else b"else" End b"end" Except b"except" Exclude b"exclude" Exists b"exists" False b"false"
    Fetch b"fetch" Filter b"filter" Final b"final" For b"for" Format b"format" From b"from" Full b"full"
    Global b"global" Group b"group" Having b"having" Ignore b"ignore" Ilike b"ilike" In b"in"
    Inner b"inner" Intersect b"intersect" Interval b"interval" Into b"into" Is b"is" Join b"join"
    Lateral b"lateral" Left b"left" Like b"like" Limit b"limit" Materialized b"materialized"
    Minus b"minus" Natural b"natural" Not b"not" Null b"null" Offset b"offset" On b"on"
    Option b"option" Or b"or" Order b"order" Outer b"outer" Over b"over" Pivot b"pivot"
    Positional b"positional" Prewhere b"prewhere" Qualify b"qualify" Recursive b"recursive"
    Regexp b"regexp" Rename b"rename" Replace b"replace" Respect b"respect" Right b"right"
    Rlike b"rlike" SafeCast b"safe_cast" Sample b"sample" Select b"select" Semi b"semi"
    Settings b"settings" Similar b"similar" Some b"some" Sort b"sort" Start b"start" Struct b"struct"
    Table b"table" Tablesample b"tablesample" Then b"then" Top b"top" True b"true"
    TryCast b"try_cast" Union b"union" Unnest b"unnest" Unpivot b"unpivot" Using b"using"
    Values b"values" View b"view" When b"when" Where b"where" Window b"window" With b"with"
    Within b"within" Matches b"match_recognize" Convert b"convert" TryConvert b"try_convert"
}

impl Keyword {
    /// The keyword that `word` is.
    pub fn of(word: &[u8]) -> Option<Self> {
        let mut lower = [0_u8; 15];
        let lower = lower.get_mut(..word.len())?;
        lower.copy_from_slice(word);
        lower.make_ascii_lowercase();
        Self::of_lower(lower)
    }

    /// Whether no column, function or alias has this name without quotes.
    pub fn is_reserved(self) -> bool {
        matches!(
            self,
            Self::And
                | Self::As
                | Self::Between
                | Self::By
                | Self::Cross
                | Self::Else
                | Self::Except
                | Self::From
                | Self::Full
                | Self::Group
                | Self::Having
                | Self::In
                | Self::Inner
                | Self::Intersect
                | Self::Into
                | Self::Is
                | Self::Join
                | Self::Left
                | Self::Like
                | Self::Limit
                | Self::Natural
                | Self::On
                | Self::Or
                | Self::Order
                | Self::Qualify
                | Self::Right
                | Self::Select
                | Self::Then
                | Self::Union
                | Self::Using
                | Self::When
                | Self::Where
                | Self::With
        )
    }
}

impl TokenKind {
    /// Whether it can name something: a word that is not reserved, a quoted name.
    pub fn is_name(self) -> bool {
        match self {
            Self::Name | Self::Quoted => true,
            Self::Word(word) => !word.is_reserved() && word != Keyword::End,
            _ => false,
        }
    }
}
