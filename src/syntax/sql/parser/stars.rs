//! `*` in a select list, with what is left out, replaced or renamed.

use super::{Parser, Path};
use crate::syntax::sql::dialect::Dialect;
use crate::syntax::sql::token::{Keyword, TokenKind};
use crate::syntax::sql::tree::{ItemKind, Name, Star};

impl Parser<'_> {
    /// What stands behind a star.
    pub(super) fn star(&mut self, qualifier: Path) -> Option<ItemKind> {
        let mut star = Star {
            qualifier,
            ..Star::default()
        };
        loop {
            let token = self.token();
            match token.kind {
                TokenKind::Word(Keyword::Except | Keyword::Exclude) if !self.is_query_at(1) => {
                    self.bump();
                    self.excluded(&mut star);
                }
                TokenKind::Word(Keyword::Replace) => {
                    self.bump();
                    self.replaced(&mut star);
                }
                TokenKind::Word(Keyword::Rename) => {
                    self.bump();
                    self.renamed(&mut star);
                }
                TokenKind::Word(
                    Keyword::Ilike | Keyword::Like | Keyword::Similar | Keyword::Not,
                ) => {
                    self.bump();
                    star.opaque = Some(token.span);
                    self.eat_word(Keyword::Like);
                    self.eat_word(Keyword::Ilike);
                    self.eat_spelled("to");
                    self.eat(TokenKind::Text);
                }
                // `*, {{ more }}` is the next item; `* {{ exclude(…) }}` belongs here.
                TokenKind::Jinja => {
                    self.bump();
                    star.opaque = Some(token.span);
                }
                _ if self.is_spelled_at(0, "apply") && self.dialect == Dialect::ClickHouse => {
                    self.bump();
                    self.eat(TokenKind::Open);
                    self.close();
                }
                _ => return Some(ItemKind::Star(Box::new(star))),
            }
        }
    }

    fn excluded(&mut self, star: &mut Star) {
        if self.eat(TokenKind::Open) {
            while !self.is_end() && self.kind() != TokenKind::Close {
                match self.qualified_name() {
                    Some(name) => star.except.push(name),
                    None => break,
                }
                if !self.eat(TokenKind::Comma) {
                    break;
                }
            }
            let start = self.token();
            if start.kind != TokenKind::Close {
                // Jinja, or something half-typed.
                star.opaque = Some(start.span);
            }
            self.close();
        } else if let Some(name) = self.qualified_name() {
            star.except.push(name);
        } else {
            star.opaque = Some(self.token().span);
        }
        if star.except.iter().any(|name| !name.is_known()) {
            star.opaque = star.except.first().map(|name| name.span);
        }
    }

    /// `name`, or `t.name` by its last part.
    fn qualified_name(&mut self) -> Option<Name> {
        let mut name = self.name()?;
        while self.eat(TokenKind::Dot) {
            name = self.name()?;
        }
        Some(name)
    }

    fn replaced(&mut self, star: &mut Star) {
        let is_open = self.eat(TokenKind::Open);
        loop {
            let was_item = std::mem::replace(&mut self.is_item, false);
            let value = self.expression();
            self.is_item = was_item;
            let Some(value) = value else { break };
            self.eat_word(Keyword::As);
            let Some(name) = self.name() else { break };
            star.replace.push((name, value));
            if !is_open || !self.eat(TokenKind::Comma) {
                break;
            }
        }
        if is_open {
            self.close();
        }
    }

    fn renamed(&mut self, star: &mut Star) {
        let is_open = self.eat(TokenKind::Open);
        while let Some(old) = self.qualified_name() {
            self.eat_word(Keyword::As);
            let Some(new) = self.name() else { break };
            star.rename.push((old, new));
            if !old.is_known() || !new.is_known() {
                star.opaque = Some(new.span);
            }
            if !is_open || !self.eat(TokenKind::Comma) {
                break;
            }
        }
        if is_open {
            self.close();
        }
    }
}
