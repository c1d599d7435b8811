//! What the venue does not take now is not sent, and is sent when it takes it.

use super::*;

impl Bench {
    pub(super) fn status(&mut self, status: VenueStatus) -> Vec<VenueCommand> {
        self.tell(&Input::Venue(VenueEvent::Link(LinkEvent::Status(status))))
    }

    pub(super) fn pair_status(&mut self, status: VenueStatus) -> Vec<VenueCommand> {
        let event = LinkEvent::PairStatus { pair: pair(), status };
        self.tell(&Input::Venue(VenueEvent::Link(event)))
    }

    /// Holds 1 BTC with its stop at 95 on the book.
    pub(super) fn holding(wishes: &[Wish]) -> (Self, NewOrder) {
        let wishes: Vec<_> = std::iter::once(long("95", None)).chain(wishes.to_vec()).collect();
        let mut bench = Self::new(ONE, NO_KILL, &wishes);
        let entry = placed(&bench.candle("100")).clone();
        bench.accept(entry.id);
        let stop = placed(&bench.fill(&entry, "100", "1")).clone();
        bench.accept(stop.id);
        (bench, stop)
    }

    pub(super) fn canceled(&mut self, order: &NewOrder) -> Vec<VenueCommand> {
        let reason = CancelReason::Requested;
        self.account(AccountEvent::Canceled { order: order.id, reason })
    }
}

/// Whether an entry leaves in this state of the venue, or of the pair.
#[track_caller]
fn check_entry(status: VenueStatus, leaves: bool) {
    for of_pair in [false, true] {
        let mut bench = Bench::new(ONE, NO_KILL, &[PLAIN]);
        let none = if of_pair { bench.pair_status(status) } else { bench.status(status) };
        assert_eq!(none, []);
        assert_eq!(bench.candle("100").len(), usize::from(leaves), "{status} {of_pair}");
        let refused = |it: &Report| {
            let refusal = RiskRefusal::VenueNotOnline;
            matches!(it, Report::OrderRefused { refusal: why, .. } if *why == refusal)
        };
        assert_eq!(bench.told(refused), !leaves, "{status} {of_pair}");
    }
}

#[test]
fn an_entry_takes_and_leaves_only_when_all_is_online() {
    check_entry(VenueStatus::Online, true);
    check_entry(VenueStatus::PostOnly, false);
    check_entry(VenueStatus::LimitOnly, false);
    check_entry(VenueStatus::CancelOnly, false);
    check_entry(VenueStatus::Maintenance, false);
}

#[test]
fn the_state_of_another_pair_is_no_matter() {
    let mut bench = Bench::new(ONE, NO_KILL, &[PLAIN]);
    let other = "ETH/USD".parse().unwrap();
    let event = LinkEvent::PairStatus { pair: other, status: VenueStatus::Maintenance };
    bench.tell(&Input::Venue(VenueEvent::Link(event)));
    assert_eq!(placed(&bench.candle("100")).side, Side::Buy);
}

#[test]
fn a_cancel_waits_for_the_end_of_maintenance_and_the_exit_for_a_market() {
    let (mut bench, stop) = Bench::holding(&[Wish::BeFlat]);
    bench.status(VenueStatus::Maintenance);
    assert_eq!(bench.candle("99"), [], "not even a cancel");
    assert_eq!(bench.candle("98"), []);
    // No price is needed: the change of state is enough.
    assert_eq!(bench.status(VenueStatus::CancelOnly), [VenueCommand::Cancel(stop.id)]);
    assert_eq!(bench.canceled(&stop), [], "the exit would take");
    assert_eq!(bench.status(VenueStatus::PostOnly), []);
    assert_eq!(bench.status(VenueStatus::PostOnly), [], "told again");
    let exit = bench.status(VenueStatus::Online);
    assert_eq!((placed(&exit).side, placed(&exit).kind), (Side::Sell, OrderKind::Market));
    assert_eq!(bench.status(VenueStatus::Online), []);
}

#[test]
fn the_state_of_the_pair_holds_up_its_own() {
    let (mut bench, stop) = Bench::holding(&[Wish::BeFlat]);
    bench.pair_status(VenueStatus::Maintenance);
    assert_eq!(bench.candle("99"), []);
    assert_eq!(bench.status(VenueStatus::CancelOnly), [], "the pair is still away");
    assert_eq!(bench.pair_status(VenueStatus::Online), [VenueCommand::Cancel(stop.id)]);
    assert_eq!(bench.canceled(&stop), []);
    assert_eq!(placed(&bench.status(VenueStatus::Online)).side, Side::Sell);
}

#[test]
fn where_only_limit_orders_are_taken_the_exit_is_one() {
    let (mut bench, stop) = Bench::holding(&[Wish::BeFlat]);
    bench.status(VenueStatus::LimitOnly);
    assert_eq!(bench.candle("100"), [VenueCommand::Cancel(stop.id)]);
    let exit = bench.canceled(&stop);
    assert_eq!(placed(&exit).kind, OrderKind::Limit { price: price("95") }, "inside the collar");
    assert_eq!(placed(&exit).time_in_force, TimeInForce::ImmediateOrCancel);
}

#[test]
fn a_stop_that_cannot_be_placed_is_placed_when_it_can() {
    let mut bench = Bench::new(ONE, NO_KILL, &[long("95", None)]);
    let entry = placed(&bench.candle("100")).clone();
    bench.accept(entry.id);
    bench.pair_status(VenueStatus::PostOnly);
    assert_eq!(bench.fill(&entry, "100", "1"), []);
    assert!(bench.engine.next_timeout().is_some(), "it counts as unprotected");
    let stop = bench.pair_status(VenueStatus::Online);
    assert!(placed(&stop).kind.trigger().is_some());
}

#[test]
fn a_stop_is_resized_when_the_venue_takes_changes() {
    let mut bench = Bench::new(ONE, NO_KILL, &[long("95", None)]);
    let entry = placed(&bench.candle("100")).clone();
    bench.accept(entry.id);
    let stop = placed(&bench.fill(&entry, "100", "0.4")).clone();
    bench.accept(stop.id);
    bench.status(VenueStatus::PostOnly);
    assert_eq!(bench.fill(&entry, "100", "0.6"), []);
    let amended = bench.status(VenueStatus::Online);
    assert!(matches!(amended[..], [VenueCommand::Amend(it)] if it.quantity == Some(lots("1"))));
}
