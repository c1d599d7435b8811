//! The walk through one candle. Each step does the first thing that is due and returns, so that
//! the caller can react before the next; a step with nothing due goes on to the next phase.

use trading_types::{AccountEvent, Direction, MarketEvent, Price, Side, Timestamp};

use super::{CandleExchange, CandleOrder, Phase};
use crate::trigger::{ArmedTrigger, is_reached};

/// Something the range of a candle meets.
#[derive(Clone, Copy)]
struct Meeting {
    direction: Direction,
    level: Price,
    what: Met,
}

#[derive(Clone, Copy)]
enum Met {
    Trigger(usize),
    Limit(usize),
    Watch(usize),
}

impl Meeting {
    /// A falling price first: on a spot account we own base asset or nothing, so it is the worse
    /// one. Of each side the nearest level first.
    fn sequence(&self) -> (u8, i64) {
        match self.direction {
            Direction::Falling => (0, -self.level.units()),
            Direction::Rising => (1, self.level.units()),
        }
    }
}

impl CandleExchange {
    /// The open: one price, known to come first.
    pub(super) fn step_open(&mut self) {
        let open = self.candle.open;
        self.price = open;
        if self.expire_one(self.candle.start) {
            return;
        }
        if let Some(index) = self.orders.iter().position(|order| order.is_queued) {
            return self.act_at_open(index);
        }
        let is_woken =
            |order: &CandleOrder| order.open.armed().is_some_and(|armed| armed.is_reached_by(open));
        if let Some(index) = self.orders.iter().position(is_woken) {
            return self.wake(index);
        }
        for order in &mut self.orders {
            if let Some(armed) = order.open.armed_mut() {
                armed.follow(open);
            }
        }
        let is_gapped_through =
            |order: &CandleOrder| resting_limit(order).is_some_and(|it| it.is_traded_through(open));
        if let Some(index) = self.orders.iter().position(is_gapped_through) {
            return self.fill_resting(index);
        }
        let is_reached_watch = |index: &usize| {
            let watched = &self.watches[*index];
            let watch = &watched.watch;
            self.is_watching(watched) && is_reached(watch.price, watch.direction, open)
        };
        if let Some(index) = (0..self.watches.len()).find(is_reached_watch) {
            return self.reach(index);
        }
        self.phase = Phase::Range;
        self.count_if_ambiguous();
    }

    /// The range: the way to what is adverse first, then what is favorable.
    pub(super) fn step_range(&mut self) {
        let next = match self.next_adverse() {
            None => self.favorable().min_by_key(Meeting::sequence),
            // On its way to a stop the price passes what is nearer on the same side, for certain.
            Some(adverse) => {
                let is_passed = |it: &Meeting| {
                    it.direction == adverse.direction && it.sequence() < adverse.sequence()
                };
                let passed = self.favorable().filter(is_passed).min_by_key(Meeting::sequence);
                passed.or(Some(adverse))
            }
        };
        match next {
            Some(meeting) => self.meet(meeting),
            None => self.phase = Phase::RangeEnd,
        }
    }

    /// The way from the extreme to the close. It passes every level between the two.
    pub(super) fn step_range_end(&mut self) {
        if let Some(meeting) = self.next_adverse() {
            return self.meet(meeting);
        }
        let (candle, number) = (self.candle, self.candle_number);
        for order in &mut self.orders {
            let is_old = order.ranged_in != number;
            if let Some(armed) = order.open.armed_mut()
                && is_old
            {
                armed.follow(match armed.direction() {
                    Direction::Falling => candle.high,
                    Direction::Rising => candle.low,
                });
            }
        }
        let is_woken = |order: &CandleOrder| {
            let armed = order.open.armed().filter(|armed| armed.is_trailing());
            armed.is_some_and(|armed| armed.is_reached_by(candle.close))
        };
        if let Some(index) = self.orders.iter().position(is_woken) {
            self.price = self.orders[index].open.trigger().expect("it is armed");
            return self.wake(index);
        }
        self.enter_close();
    }

    /// Goes to the moment of the close, and ends what has its end date by then.
    pub(super) fn enter_close(&mut self) {
        self.phase = Phase::Close;
        self.price = self.candle.close;
        if self.orders.is_empty() {
            return;
        }
        for order in &mut self.orders {
            if let Some(armed) = order.open.armed_mut() {
                armed.follow(self.candle.close);
            }
        }
        while self.expire_one(self.now()) {}
    }

    /// Says the candle, the last thing that happens in it.
    pub(super) fn step_close(&mut self) {
        self.phase = Phase::Done;
        let (pair, candle) = (self.rules.pair, self.candle);
        self.tell_market(MarketEvent::Candle { pair, candle });
    }

    fn expire_one(&mut self, now: Timestamp) -> bool {
        let is_over = |order: &CandleOrder| order.open.expires_at().is_some_and(|end| end <= now);
        let Some(index) = self.orders.iter().position(is_over) else { return false };
        let order = self.orders.remove(index);
        let id = order.open.id();
        self.close_order(order, AccountEvent::Expired { order: id });
        true
    }

    fn meet(&mut self, meeting: Meeting) {
        self.price = meeting.level;
        match meeting.what {
            Met::Trigger(index) => {
                let order = &self.orders[index];
                let is_stop = order.open.armed().is_some_and(ArmedTrigger::is_adverse);
                if is_stop && order.ranged_in == self.candle_number {
                    self.count_ambiguous();
                }
                self.wake(index);
            }
            Met::Limit(index) => self.fill_resting(index),
            Met::Watch(index) => self.reach(index),
        }
    }

    fn next_adverse(&self) -> Option<Meeting> {
        self.adverse().min_by_key(Meeting::sequence)
    }

    /// The stops that the range wakes.
    fn adverse(&self) -> impl Iterator<Item = Meeting> {
        (0..self.orders.len()).filter_map(|index| self.adverse_meeting(index))
    }

    /// The take-profits, limits and watches that the range reaches.
    fn favorable(&self) -> impl Iterator<Item = Meeting> {
        let of_orders = (0..self.orders.len()).filter_map(|index| self.favorable_meeting(index));
        let of_watches = (0..self.watches.len()).filter_map(|index| self.watch_meeting(index));
        of_orders.chain(of_watches)
    }

    /// The stop among the orders at `index`, if the range wakes it.
    fn adverse_meeting(&self, index: usize) -> Option<Meeting> {
        let order = &self.orders[index];
        let armed = order.open.armed().filter(|armed| armed.is_adverse())?;
        // An old trailing stop has followed the extreme by then. The other extreme may have come
        // before, so that only the close can wake it.
        let has_followed = self.phase == Phase::RangeEnd
            && armed.is_trailing()
            && order.ranged_in != self.candle_number;
        let (direction, level) = (armed.direction(), armed.price());
        let is_met = !has_followed && self.range_touches(level, direction);
        is_met.then_some(Meeting { direction, level, what: Met::Trigger(index) })
    }

    /// The take-profit or limit at `index`, if the range reaches it.
    fn favorable_meeting(&self, index: usize) -> Option<Meeting> {
        let order = &self.orders[index];
        if order.ranged_in == self.candle_number {
            return None;
        }
        if let Some(limit) = resting_limit(order) {
            let Limit { direction, level } = limit;
            let is_met = limit.is_traded_through(self.extreme(direction));
            return is_met.then_some(Meeting { direction, level, what: Met::Limit(index) });
        }
        let armed = order.open.armed().filter(|armed| !armed.is_adverse())?;
        let (direction, level) = (armed.direction(), armed.price());
        let is_met = self.range_touches(level, direction);
        is_met.then_some(Meeting { direction, level, what: Met::Trigger(index) })
    }

    fn watch_meeting(&self, index: usize) -> Option<Meeting> {
        let watched = &self.watches[index];
        let (direction, level) = (watched.watch.direction, watched.watch.price);
        let is_met = self.is_watching(watched) && self.range_touches(level, direction);
        is_met.then_some(Meeting { direction, level, what: Met::Watch(index) })
    }

    fn extreme(&self, direction: Direction) -> Price {
        match direction {
            Direction::Falling => self.candle.low,
            Direction::Rising => self.candle.high,
        }
    }

    fn range_touches(&self, level: Price, direction: Direction) -> bool {
        is_reached(level, direction, self.extreme(direction))
    }

    /// Whether the range reaches something adverse on one side and something favorable on the
    /// other: which of them came first, the candle does not say.
    fn count_if_ambiguous(&mut self) {
        let (mut falling, mut rising) = (false, false);
        for meeting in self.adverse() {
            match meeting.direction {
                Direction::Falling => falling = true,
                Direction::Rising => rising = true,
            }
        }
        if !falling && !rising {
            return;
        }
        let is_ambiguous = self.favorable().any(|meeting| match meeting.direction {
            Direction::Falling => rising,
            Direction::Rising => falling,
        });
        if is_ambiguous {
            self.count_ambiguous();
        }
    }

    fn count_ambiguous(&mut self) {
        if self.ambiguous_number != self.candle_number {
            self.ambiguous_number = self.candle_number;
            self.statistics.ambiguous_candles += 1;
        }
    }
}

/// A limit order on the book.
#[derive(Clone, Copy)]
struct Limit {
    direction: Direction,
    level: Price,
}

impl Limit {
    /// Whether a market at `price` has left it behind.
    fn is_traded_through(self, price: Price) -> bool {
        match self.direction {
            Direction::Falling => price < self.level,
            Direction::Rising => self.level < price,
        }
    }
}

fn resting_limit(order: &CandleOrder) -> Option<Limit> {
    if order.is_queued || order.open.armed().is_some() {
        return None;
    }
    let level = order.open.limit().expect("only limit orders rest");
    let direction = match order.open.order().side {
        Side::Buy => Direction::Falling,
        Side::Sell => Direction::Rising,
    };
    Some(Limit { direction, level })
}
