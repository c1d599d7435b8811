//! What is under way in one direction: it arrives late, and in the order in which it was sent.

use std::collections::VecDeque;

use trading_types::Timestamp;

use crate::{latency::Delay, prng::Prng};

/// Things under way.
#[derive(Clone, Debug)]
pub struct DelayedQueue<T> {
    delay: Delay,
    prng: Prng,
    /// When the last one arrives; none arrives before it.
    last: Timestamp,
    /// When the first one arrives.
    next: Timestamp,
    under_way: VecDeque<(Timestamp, T)>,
}

impl<T> DelayedQueue<T> {
    /// Nothing is under way yet; each thing will take so long.
    pub fn new(delay: Delay, seed: u64) -> Self {
        assert!(delay.min <= delay.max, "the least delay is the smaller");
        Self {
            delay,
            prng: Prng::from_seed(seed),
            last: Timestamp::EPOCH,
            next: Timestamp::NEVER,
            under_way: VecDeque::new(),
        }
    }

    /// Sends something off.
    #[inline]
    pub fn send(&mut self, what: T, now: Timestamp) {
        let arrival = now + self.delay.draw(&mut self.prng);
        self.send_to_arrive(what, arrival);
    }

    /// Sends something off that arrives at a known time, or after what was sent before it.
    #[inline]
    pub fn send_to_arrive(&mut self, what: T, arrival: Timestamp) {
        self.last = arrival.max(self.last);
        if self.under_way.is_empty() {
            self.next = self.last;
        }
        self.under_way.push_back((self.last, what));
    }

    /// When the next one arrives; [`Timestamp::NEVER`] when nothing is under way.
    #[inline]
    pub const fn next_arrival(&self) -> Timestamp {
        self.next
    }

    /// The next one, which has arrived.
    #[inline]
    pub fn take(&mut self) -> Option<(Timestamp, T)> {
        let taken = self.under_way.pop_front();
        self.next = self.under_way.front().map_or(Timestamp::NEVER, |(arrival, _)| *arrival);
        taken
    }

    /// Whether nothing is under way.
    pub fn is_empty(&self) -> bool {
        self.under_way.is_empty()
    }
}

#[cfg(test)]
mod tests;
