//! Stops that follow the price: a wish raises the stop of what is held, and nothing lowers it. The
//! order at the venue is amended; it is never away.

use trading_types::{Amendment, ClientOrderId, Price, Timestamp, VenueCommand};

use crate::{
    desk::{Goal, Signal},
    engine::Engine,
    orders::Request,
    terms::Terms,
};

impl Engine {
    pub(super) fn wish_long_on(&mut self, at: usize, terms: Terms, now: Timestamp) {
        self.trail(at, terms.trail, now);
        self.wish_long(at, terms, now);
    }

    pub(super) fn wish_kept(&mut self, at: usize, trail: Option<Price>, now: Timestamp) {
        self.desks[at].signal = Signal::default();
        self.trail(at, trail, now);
    }

    fn trail(&mut self, at: usize, trail: Option<Price>, now: Timestamp) {
        let Goal::Long(exits) = &mut self.desks[at].goal else { return };
        if exits.stop < trail {
            exits.stop = trail;
            self.pursue(at, now);
        }
    }

    pub(super) fn raise(&mut self, order: ClientOrderId, price: Price) {
        self.orders.find(order).expect("a step names a live order").amend = Request::Sent;
        let amendment = Amendment { order, quantity: None, limit: None, trigger: Some(price) };
        self.command(VenueCommand::Amend(amendment));
    }
}
