//! What waits to be sent to one WebSocket. Putting something in never waits: a line that is full
//! says so, and whoever filled it is cut off.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
};

use simulated_kraken::{Ending, Frame};
use tokio::sync::Notify;

use crate::limits::ListenerLimits;

/// The frames for one WebSocket, and how it ends.
#[derive(Debug)]
pub(crate) struct Line {
    frames: RefCell<VecDeque<Frame>>,
    bytes: Cell<usize>,
    frames_max: usize,
    bytes_max: usize,
    ending: RefCell<Option<Ending>>,
    /// Something is there to be said, the goodbye included.
    bell: Notify,
    /// It ends at once.
    alarm: Notify,
}

/// A line that takes nothing more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Full;

/// The next thing to say.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    Frame(Frame),
    /// Goodbye.
    Close {
        code: u16,
        reason: String,
    },
}

impl Line {
    pub(crate) fn new(limits: &ListenerLimits) -> Self {
        Self {
            frames: RefCell::default(),
            bytes: Cell::default(),
            frames_max: limits.frames_queued_max,
            bytes_max: limits.bytes_queued_max,
            ending: RefCell::default(),
            bell: Notify::new(),
            alarm: Notify::new(),
        }
    }

    /// Puts a frame in.
    pub(crate) fn push(&self, frame: Frame) -> Result<(), Full> {
        let mut frames = self.frames.borrow_mut();
        let bytes = self.bytes.get() + frame.0.len();
        // One frame always fits, however long: it is the machine's own.
        let is_full = self.frames_max <= frames.len() || self.bytes_max < bytes;
        if is_full && !frames.is_empty() {
            return Err(Full);
        }
        if frames.is_empty() {
            self.bell.notify_one();
        }
        frames.push_back(frame);
        self.bytes.set(bytes);
        Ok(())
    }

    /// Ends it: with a goodbye after all that waits, or at once.
    pub(crate) fn end(&self, ending: Ending) {
        let bell = match ending {
            Ending::Close { .. } => &self.bell,
            Ending::Reset | Ending::Hang => &self.alarm,
        };
        *self.ending.borrow_mut() = Some(ending);
        bell.notify_one();
    }

    /// The next thing to say, if there is something.
    pub(crate) fn pop(&self) -> Option<Next> {
        if let Some(frame) = self.frames.borrow_mut().pop_front() {
            self.bytes.set(self.bytes.get() - frame.0.len());
            return Some(Next::Frame(frame));
        }
        match &*self.ending.borrow() {
            Some(Ending::Close { code, reason }) => {
                Some(Next::Close { code: *code, reason: reason.clone() })
            }
            Some(Ending::Reset | Ending::Hang) | None => None,
        }
    }

    /// Waits until there is something to say.
    pub(crate) async fn something_to_say(&self) {
        while !self.has_something_to_say() {
            self.bell.notified().await;
        }
    }

    fn has_something_to_say(&self) -> bool {
        !self.frames.borrow().is_empty()
            || matches!(&*self.ending.borrow(), Some(Ending::Close { .. }))
    }

    /// Waits until it ends at once, and says how.
    pub(crate) async fn abrupt_end(&self) -> Abrupt {
        loop {
            match &*self.ending.borrow() {
                Some(Ending::Reset) => return Abrupt::Reset,
                Some(Ending::Hang) => return Abrupt::Hang,
                Some(Ending::Close { .. }) | None => {}
            }
            self.alarm.notified().await;
        }
    }
}

/// An end without a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Abrupt {
    Reset,
    Hang,
}

#[cfg(test)]
mod tests;
