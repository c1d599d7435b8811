//! What is written down: one JSON line for each thing that happened, with the hash of the line
//! before and, at its end, the hash of everything in it.
//!
//! **Law.** A line that was changed, taken out, added or moved is found and named. Lines cut off at
//! the end leave a chain that is whole; against that an [`Anchor`] is kept elsewhere. Nobody holds
//! a secret here: whoever writes the whole chain and its anchor anew is not found out.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use trading_types::{Amount, Timestamp};

use crate::{
    day::{Blemish, Day},
    digest::Digest,
    event::Breach,
    evidence::{BacktestEvidence, TrackingEvidence},
    requirements::Requirements,
    rung::Rung,
    subject::Subject,
};

/// Something that happened to the ladder.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub enum Record {
    /// A subject starts at the bottom.
    Begun {
        /// Its hash.
        identity: Digest,
        /// What it is.
        subject: Box<Subject>,
        /// What is asked of it.
        requirements: Box<Requirements>,
        /// The version of the program.
        program: String,
    },
    /// Something else is asked from now on; the days of the present rung start again.
    RequirementsChanged {
        /// What is asked.
        requirements: Box<Requirements>,
    },
    /// Another version of the program runs the same subject.
    ProgramChanged {
        /// Which version.
        program: String,
    },
    /// A backtest was filed.
    BacktestFiled {
        /// By whom.
        by: String,
        /// What it showed.
        evidence: Box<BacktestEvidence>,
    },
    /// A comparison with a backtest was filed.
    TrackingFiled {
        /// By whom.
        by: String,
        /// What it showed.
        evidence: Box<TrackingEvidence>,
    },
    /// A day is over.
    Day {
        /// What it was like.
        day: Day,
        /// Why it does not count; nothing when it does.
        blemishes: Vec<Blemish>,
    },
    /// A person went up.
    Advanced {
        /// From here.
        from: Rung,
        /// To here.
        to: Rung,
        /// Who.
        principal: String,
        /// Why.
        reason: String,
        /// What a tiny entry is from now on, where that is decided: on the way to [`Rung::Tiny`].
        tiny_entry: Option<Amount>,
    },
    /// A rung was lost.
    Demoted {
        /// From here.
        from: Rung,
        /// To here.
        to: Rung,
        /// Why.
        breach: Breach,
    },
}

/// A line of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LadderEntry {
    /// Its number, from 1.
    pub sequence: u64,
    /// When it was written, never before the one before it.
    pub time: Timestamp,
    /// The hash of the one before; zeros on the first.
    pub previous: Digest,
    /// What happened.
    pub record: Record,
    /// The hash of all of this.
    pub hash: Digest,
}

/// A line without its hash: these bytes are what is hashed.
#[derive(Serialize)]
struct Body<'a> {
    sequence: u64,
    time: Timestamp,
    previous: Digest,
    record: &'a Record,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    sequence: u64,
    time: Timestamp,
    previous: Digest,
    record: Record,
}

/// Up to where a chain was once seen. Written as its number and its hash, parted by a space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// The last entry's number.
    pub sequence: u64,
    /// Its hash.
    pub hash: Digest,
}

/// Why a chain is not believed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ChainError {
    // The machine stopped while writing: the line was not acknowledged and may go.
    /// The last line has no end.
    #[error("line {line} is torn: the machine stopped while it was written")]
    Torn {
        /// Which line.
        line: usize,
    },

    // Somebody or something changed the file: put an untouched copy in its place.
    /// A line that is none of ours.
    #[error("line {line} is no entry: {why}")]
    NotAnEntry {
        /// Which line.
        line: usize,
        /// What is wrong with it.
        why: String,
    },
    /// A line was changed.
    #[error("line {line} was changed after it was written: its hash is another")]
    Changed {
        /// Which line.
        line: usize,
    },
    /// A line before it is missing, was added, or stands elsewhere.
    #[error("the chain breaks at line {line}: it does not follow the line before")]
    Broken {
        /// Which line.
        line: usize,
    },
    /// An entry that cannot follow the others.
    #[error("line {line} cannot be: {why}")]
    Impossible {
        /// Which line.
        line: u64,
        /// Why.
        why: String,
    },
    /// Lines were cut off at the end, or the chain is another one.
    #[error("entry {} was seen before and is not there any more", .anchor.sequence)]
    Shortened {
        /// What was seen.
        anchor: Anchor,
        /// How many entries there are.
        entries: u64,
    },
}

impl LadderEntry {
    /// The entry after `previous`.
    pub(crate) fn after(previous: Option<Anchor>, time: Timestamp, record: Record) -> Self {
        let sequence = previous.map_or(0, |it| it.sequence) + 1;
        let previous = previous.map_or(Digest::ZERO, |it| it.hash);
        let mut entry = Self { sequence, time, previous, record, hash: Digest::ZERO };
        entry.hash = Digest::of(entry.body().as_bytes());
        entry
    }

    /// Where the chain ends with it.
    pub const fn anchor(&self) -> Anchor {
        Anchor { sequence: self.sequence, hash: self.hash }
    }

    fn body(&self) -> String {
        let Self { sequence, time, previous, record, .. } = self;
        let body = Body { sequence: *sequence, time: *time, previous: *previous, record };
        serde_json::to_string(&body).expect("an entry is always JSON")
    }
}

/// What stands between the body and the hash.
const HASH_KEY: &str = ",\"hash\":\"";
/// What stands behind the hash.
const HASH_END: &str = "\"}";

/// An entry as a line, with its end.
pub fn encode(entry: &LadderEntry) -> String {
    let body = entry.body();
    let open = body.strip_suffix('}').expect("an object ends so");
    format!("{open}{HASH_KEY}{}{HASH_END}\n", entry.hash)
}

/// All entries of a file. The first thing that is wrong with it is the error.
pub fn decode(text: &str) -> Result<Vec<LadderEntry>, ChainError> {
    let mut entries: Vec<LadderEntry> = Vec::new();
    for (at, with_end) in text.split_inclusive('\n').enumerate() {
        let line = at + 1;
        let whole = with_end.strip_suffix('\n').ok_or(ChainError::Torn { line })?;
        let entry = read(whole, line)?;
        let follows = match entries.last() {
            None => entry.sequence == 1 && entry.previous == Digest::ZERO,
            Some(last) => {
                entry.sequence == last.sequence + 1
                    && entry.previous == last.hash
                    && last.time <= entry.time
            }
        };
        if !follows {
            return Err(ChainError::Broken { line });
        }
        entries.push(entry);
    }
    Ok(entries)
}

fn read(text: &str, line: usize) -> Result<LadderEntry, ChainError> {
    let not_one = |why: &str| ChainError::NotAnEntry { line, why: why.to_owned() };
    let without_end = text.strip_suffix(HASH_END).ok_or_else(|| not_one("it has no hash"))?;
    let (open, hash) =
        without_end.rsplit_once(HASH_KEY).ok_or_else(|| not_one("it has no hash"))?;
    let hash: Digest = hash.parse().map_err(|error| not_one(&format!("{error}")))?;
    let body = format!("{open}}}");
    if Digest::of(body.as_bytes()) != hash {
        return Err(ChainError::Changed { line });
    }
    // From here on the bytes are ours; what cannot be read, a later version wrote.
    let Line { sequence, time, previous, record } =
        serde_json::from_str(&body).map_err(|error| {
            not_one(&format!("{error}; a later version of the program may have written it"))
        })?;
    Ok(LadderEntry { sequence, time, previous, record, hash })
}

impl Anchor {
    /// Whether the chain still has what was seen.
    pub fn check(self, entries: &[LadderEntry]) -> Result<(), ChainError> {
        let at = usize::try_from(self.sequence).ok().and_then(|it| it.checked_sub(1));
        let entry = at.and_then(|at| entries.get(at));
        if entry.is_some_and(|entry| entry.hash == self.hash) {
            return Ok(());
        }
        Err(ChainError::Shortened { anchor: self, entries: entries.len() as u64 })
    }
}

impl fmt::Display for Anchor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.sequence, self.hash)
    }
}

/// A text that is no anchor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an anchor is a number and a hash, parted by a space")]
pub struct ParseAnchorError;

impl FromStr for Anchor {
    type Err = ParseAnchorError;

    fn from_str(text: &str) -> Result<Self, ParseAnchorError> {
        let (sequence, hash) = text.split_once(' ').ok_or(ParseAnchorError)?;
        let sequence = sequence.parse().map_err(|_| ParseAnchorError)?;
        Ok(Self { sequence, hash: hash.parse().map_err(|_| ParseAnchorError)? })
    }
}

#[cfg(test)]
mod tests;
