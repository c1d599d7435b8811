//! What is wrong with a rule, and where: the place is shown under the text.

use std::fmt;

use super::syntax::Span;
use crate::settings::shown;

/// Something wrong at a place of an expression.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fault {
    pub(super) span: Span,
    pub(super) message: String,
}

impl Fault {
    pub(super) fn new(span: Span, message: impl Into<String>) -> Self {
        Self { span, message: message.into() }
    }
}

/// A rule that cannot be understood. It prints itself with the line of the rule and a mark under
/// the place: three lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpressionError {
    /// The rule.
    pub rule: &'static str,
    /// The line of the rule's text, counted from 1.
    pub line: usize,
    /// The character of that line, counted from 1.
    pub column: usize,
    /// What is wrong and what to do.
    pub message: String,
    /// The line's text, or the part of it around the place.
    excerpt: String,
    /// Characters of the excerpt before the place, and of the place.
    mark: (usize, usize),
}

/// Characters of a long line that are shown.
const EXCERPT_MAX: usize = 80;

impl ExpressionError {
    /// `fault` in the text of `rule`.
    pub(super) fn new(rule: &'static str, text: &str, fault: Fault) -> Self {
        let start = floor_char(text, fault.span.start);
        let line_start = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let line_end = text[start..].find('\n').map_or(text.len(), |at| start + at);
        let line: Vec<char> = text[line_start..line_end].chars().collect();
        let before = text[line_start..start].chars().count();
        let end = floor_char(text, fault.span.end).clamp(start, line_end);
        let length = text[start..end].chars().count().max(1);
        let from = before.saturating_sub(EXCERPT_MAX / 2).min(line.len());
        let to = (from + EXCERPT_MAX).min(line.len());
        let excerpt = line[from..to].iter().map(|it| if it.is_control() { ' ' } else { *it });
        Self {
            rule,
            line: text[..line_start].matches('\n').count() + 1,
            column: before + 1,
            message: fault.message,
            excerpt: excerpt.collect(),
            mark: (before - from, length.min(EXCERPT_MAX)),
        }
    }
}

/// The last boundary of a character that is not after `at`.
fn floor_char(text: &str, at: usize) -> usize {
    (0..=at.min(text.len())).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

impl fmt::Display for ExpressionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { rule, line, column, message, excerpt, mark: (before, length) } = self;
        writeln!(f, "{rule}:{line}:{column}: {message}")?;
        writeln!(f, "  {excerpt}")?;
        write!(f, "  {:before$}{:^<length$}", "", "")
    }
}

impl std::error::Error for ExpressionError {}

/// `; did you mean …?` with the known word that is nearest to `word`, or nothing if none is near.
pub(super) fn did_you_mean<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let word = word.to_lowercase();
    // Of words that are equally near the first counts.
    let nearest = known
        .into_iter()
        .map(|known| (strsim::osa_distance(&word, &known.to_lowercase()), known))
        .min_by_key(|(distance, _)| *distance);
    let allowed = (word.chars().count() / 3).max(1);
    let near = nearest.filter(|(distance, _)| *distance <= allowed);
    near.map(|(_, known)| format!("; did you mean `{known}`?")).unwrap_or_default()
}

/// A word of a person between backticks, cut if it is long.
pub(super) fn quoted(word: &str) -> String {
    format!("`{}`", shown(word))
}
