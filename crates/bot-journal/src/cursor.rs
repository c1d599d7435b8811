//! Goes through the records of one segment and holds each against the chain.
//!
//! **Law.** A record is given out when its CRC, its link, its sequence and its place in its commit
//! are right, or not at all.

use crate::{
    chain::Chain,
    frame::Frame,
    segment::{HEADER, Header},
};

/// A place in a segment between two records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cursor {
    /// How many bytes stand before it.
    pub(crate) at: usize,
    /// The sequence of the record before it.
    pub(crate) sequence: u64,
    /// The link of the record before it.
    pub(crate) chain: Chain,
    /// What place the next record has in its commit, unless it begins one.
    pub(crate) place: u32,
}

/// What stands at a cursor.
#[derive(Debug)]
pub(crate) enum Step<'a> {
    /// A record.
    Record(Frame<'a>),
    /// The end.
    End,
    /// Something that does not belong there.
    Bad,
}

impl Cursor {
    /// After the header.
    pub(crate) fn after_header(header: &Header, bytes: &[u8; HEADER]) -> Self {
        let chain = header.chain.after(bytes);
        Self { at: HEADER, sequence: header.first_sequence - 1, chain, place: 0 }
    }

    /// Goes over the next record.
    pub(crate) fn step<'a>(&mut self, bytes: &'a [u8]) -> Step<'a> {
        if self.at == bytes.len() {
            return Step::End;
        }
        let Some(frame) = Frame::parse(&bytes[self.at..]) else { return Step::Bad };
        let is_next = frame.sequence == self.sequence + 1
            && (frame.place == 0 || frame.place == self.place)
            && frame.chain == self.chain.after(frame.body);
        if !is_next {
            return Step::Bad;
        }
        self.at += frame.length();
        self.sequence = frame.sequence;
        self.chain = frame.chain;
        self.place = frame.place + 1;
        Step::Record(frame)
    }
}

#[cfg(test)]
mod tests;
