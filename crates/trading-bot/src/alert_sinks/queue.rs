//! What waits for one sink: so much and no more. When there is no room, the least important goes,
//! and of those the oldest.

use std::collections::VecDeque;

use super::message::Message;

/// Messages that wait, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Queue {
    waiting: VecDeque<Message>,
}

impl Queue {
    /// Adds a message; gives back the one for which there is no room any more.
    pub(super) fn push(&mut self, message: Message, messages_max: usize) -> Option<Message> {
        self.waiting.push_back(message);
        if self.waiting.len() <= messages_max {
            return None;
        }
        let least = self.waiting.iter().map(|waiting| waiting.severity).min()?;
        let at = self.waiting.iter().position(|waiting| waiting.severity == least)?;
        self.waiting.remove(at)
    }

    /// Takes the oldest.
    pub(super) fn pop(&mut self) -> Option<Message> {
        self.waiting.pop_front()
    }
}

#[cfg(test)]
mod tests;
