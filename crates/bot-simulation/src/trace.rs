//! Everything that happened, as one hash and as the last lines of a story.
//!
//! The invariant: two runs with equal hashes were told and did the same, byte for byte.

use std::{collections::VecDeque, fmt};

use sha2::{Digest, Sha256};
use trading_types::Timestamp;

/// How many lines are kept to be shown.
const LINES_KEPT: usize = 50;

/// The trace of a run.
pub(crate) struct Trace {
    hash: Sha256,
    steps: u64,
    lines: VecDeque<String>,
    /// Whether every line is shown as it comes.
    tells: Option<fn(&str)>,
}

impl Trace {
    /// One that has seen nothing. `tells` is given every line.
    pub(crate) fn new(tells: Option<fn(&str)>) -> Self {
        Self { hash: Sha256::new(), steps: 0, lines: VecDeque::new(), tells }
    }

    /// Something happened that is worth a line.
    pub(crate) fn line(&mut self, now: Timestamp, line: fmt::Arguments<'_>) {
        let line = format!("{now} {line}");
        self.bytes(now, b'l', line.as_bytes());
        if let Some(tell) = self.tells {
            tell(&line);
        }
        if self.lines.len() == LINES_KEPT {
            self.lines.pop_front();
        }
        self.lines.push_back(line);
    }

    /// Something happened that only the hash has to know.
    pub(crate) fn bytes(&mut self, now: Timestamp, kind: u8, bytes: &[u8]) {
        self.steps += 1;
        let mut head = [kind; 9];
        head[1..].copy_from_slice(&now.nanos().to_le_bytes());
        self.hash.update(head);
        self.hash.update(bytes);
    }

    /// How much has happened.
    pub(crate) const fn steps(&self) -> u64 {
        self.steps
    }

    /// The last lines.
    pub(crate) fn last_lines(&self) -> Vec<String> {
        self.lines.iter().cloned().collect()
    }

    /// The hash over all, in hexadecimal digits.
    pub(crate) fn finish(&self) -> String {
        use std::fmt::Write as _;
        let digest = self.hash.clone().finalize();
        digest.iter().fold(String::with_capacity(64), |mut text, byte| {
            write!(text, "{byte:02x}").expect("a text takes any text");
            text
        })
    }
}
