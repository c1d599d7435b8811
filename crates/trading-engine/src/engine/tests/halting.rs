//! Halts of everything and of one pair: they go on when they can, in slices, and say what is left.

use super::*;
use crate::report::ResidualCause;

fn halt() -> Input {
    Input::Operator(OperatorCommand::Halt { reason: "test".to_owned() })
}

fn halt_pair() -> Input {
    let reason = "test".to_owned();
    Input::Operator(OperatorCommand::HaltPair { pair: pair(), reason })
}

fn resume_pair() -> Input {
    let reason = "looked".to_owned();
    Input::Operator(OperatorCommand::ResumePair { pair: pair(), reason })
}

impl Bench {
    fn residuals(&self) -> Vec<(Amount, ResidualCause)> {
        let residual = |report: &Report| {
            let Report::Residual { quantity, why, .. } = report else { return None };
            Some((*quantity, *why))
        };
        self.reports.iter().filter_map(residual).collect()
    }

    fn limit_orders(&mut self, quantity_max: &str, value_max: &str) {
        let mut header = header(ONE, NO_KILL);
        header.settings.risk.order_quantity_max = lots(quantity_max);
        header.settings.risk.order_value_max = amount(value_max);
        let state = self.engine.save();
        self.engine = Engine::resume_with(&header, script(&[]), Keep::Bytes, &state).unwrap();
    }
}

#[test]
fn a_halt_in_maintenance_goes_on_when_the_venue_is_back() {
    let (mut bench, stop) = Bench::holding(&[]);
    bench.status(VenueStatus::Maintenance);
    assert_eq!(bench.tell(&halt()), [], "it takes nothing, not even a cancel");
    assert!(bench.engine.halted().is_some());
    assert_eq!(bench.candle("99"), []);
    assert_eq!(bench.status(VenueStatus::CancelOnly), [VenueCommand::Cancel(stop.id)]);
    assert_eq!(bench.canceled(&stop), []);
    assert_eq!(
        bench.residuals(),
        [(amount("1"), ResidualCause::Refused(RiskRefusal::VenueNotOnline))]
    );
    assert_eq!(bench.status(VenueStatus::PostOnly), []);
    let exit = placed(&bench.status(VenueStatus::Online)).clone();
    assert_eq!(exit.time_in_force, TimeInForce::ImmediateOrCancel);
    assert!(!bench.told(|it| matches!(it, Report::Flattened)));
    bench.fill(&exit, "98", "1");
    assert!(bench.told(|it| matches!(it, Report::Flattened)));
    assert_eq!(bench.residuals().len(), 1, "told once");
}

#[test]
fn a_halt_reaches_what_is_away_later() {
    let (mut bench, stop) = Bench::holding(&[]);
    bench.pair_status(VenueStatus::Maintenance);
    assert_eq!(bench.tell(&halt()), [VenueCommand::CancelAll], "the rest of the account");
    assert_eq!(bench.pair_status(VenueStatus::CancelOnly), [VenueCommand::Cancel(stop.id)]);
}

#[test]
fn halting_twice_is_harmless() {
    let (mut bench, stop) = Bench::holding(&[]);
    assert_eq!(bench.tell(&halt()), [VenueCommand::CancelAll]);
    let told = bench.reports.len();
    assert_eq!(bench.tell(&halt()), []);
    assert_eq!(bench.tell(&halt_pair()), []);
    let exit = placed(&bench.canceled(&stop)).clone();
    assert_eq!(bench.tell(&halt()), []);
    assert_eq!(bench.reports.len(), told + 3, "the pair, the end of the stop, the exit");
    bench.fill(&exit, "99", "1");
    assert_eq!(bench.tell(&halt()), []);
    assert_eq!(bench.engine.orders_live(), 0);
}

#[test]
fn a_run_that_ends_at_a_halt_keeps_to_its_collar() {
    let (mut bench, stop) = Bench::holding(&[]);
    bench.tell(&halt());
    bench.tell(&Input::Operator(OperatorCommand::Finish));
    let exit = bench.canceled(&stop);
    assert_eq!(placed(&exit).time_in_force, TimeInForce::ImmediateOrCancel);
}

#[test]
fn a_large_position_is_sold_in_slices_one_after_the_other() {
    let (mut bench, stop) = Bench::holding(&[]);
    bench.limit_orders("0.4", "1000000");
    assert_eq!(bench.tell(&halt()), [VenueCommand::CancelAll]);
    let mut commands = bench.canceled(&stop);
    for expected in ["0.4", "0.4", "0.2"] {
        let slice = placed(&commands).clone();
        assert_eq!(slice.quantity, OrderQuantity::Base(lots(expected)));
        bench.accept(slice.id);
        // Filled at once: the next needs no price.
        commands = bench.fill(&slice, "99", expected);
    }
    assert_eq!(commands, []);
    assert!(bench.told(|it| matches!(it, Report::Flattened)));
    assert!(!bench.told(|it| matches!(it, Report::Alarm(_))));
}

#[test]
fn a_slice_that_finds_no_buyer_waits_for_a_price() {
    let (mut bench, stop) = Bench::holding(&[]);
    bench.limit_orders("1", "30");
    bench.tell(&halt());
    let slice = placed(&bench.canceled(&stop)).clone();
    assert_eq!(slice.quantity, OrderQuantity::Base(lots("0.3")), "worth 30 at 100");
    let reason = CancelReason::NothingLeftToTake;
    assert_eq!(bench.account(AccountEvent::Canceled { order: slice.id, reason }), []);
    assert_eq!(placed(&bench.candle("60")).quantity, OrderQuantity::Base(lots("0.5")));
}

/// The first slice of `whole` at a price of 100 with this largest order.
#[track_caller]
fn check_slice(whole: &str, quantity_max: &str, expected: &str) {
    let mut bench = Bench::new(ONE, NO_KILL, &[]);
    bench.limit_orders(quantity_max, "1000000");
    // The least quantity is 0.0001; worth half a dollar at 95 it is 0.00526316.
    let slice = bench.engine.slice(0, lots(whole), price("100"));
    assert_eq!(slice, lots(expected), "{whole} by {quantity_max}");
}

#[test]
fn no_slice_leaves_what_is_too_small_for_the_next() {
    check_slice("1", "1", "1");
    check_slice("1", "2", "1");
    check_slice("1", "0.6", "0.6");
    check_slice("0.6001", "0.6", "0.59483684");
    check_slice("0.60526316", "0.6", "0.6");
    check_slice("0.6", "0.000001", "0.00526316");
    check_slice("0.0106", "0.01", "0.00533684");
    check_slice("0.0101", "0.01", "0.0101");
}

#[test]
fn what_is_too_small_to_be_sold_is_named() {
    let tiny = Sizing::Fixed(lots("0.0001"));
    let mut bench = Bench::new(tiny, NO_KILL, &[PLAIN, Wish::Nothing, PLAIN]);
    let entry = placed(&bench.candle("5010")).clone();
    bench.accept(entry.id);
    bench.fill(&entry, "5010", "0.0001");
    assert_eq!(bench.candle("4990"), []);
    assert_eq!(bench.tell(&halt()), [VenueCommand::CancelAll]);
    assert_eq!(bench.residuals(), [(amount("0.0001"), ResidualCause::BelowMinimum)]);
    assert!(bench.told(|it| matches!(it, Report::Flattened)));
    assert_eq!(bench.candle("5010"), [], "nor is it taken up again while halted");
    assert_eq!(bench.residuals().len(), 1);
}

#[test]
fn a_late_fill_reopens_a_halt() {
    let mut bench = Bench::new(ONE, NO_KILL, &[PLAIN]);
    let entry = placed(&bench.candle("100")).clone();
    bench.accept(entry.id);
    assert_eq!(bench.tell(&halt()), [VenueCommand::CancelAll]);
    assert_eq!(bench.canceled(&entry), []);
    assert!(bench.told(|it| matches!(it, Report::Flattened)));
    let exit = placed(&bench.fill(&entry, "100", "0.5")).clone();
    assert_eq!(exit.time_in_force, TimeInForce::ImmediateOrCancel, "never plain market");
    bench.reports.clear();
    bench.fill(&exit, "100", "0.5");
    assert!(bench.told(|it| matches!(it, Report::Flattened)), "and it is told again");
}

#[test]
fn one_pair_is_halted_and_resumed() {
    let (mut bench, stop) = Bench::holding(&[Wish::BeFlat, PLAIN, Wish::BeFlat, PLAIN]);
    assert_eq!(bench.tell(&halt_pair()), [VenueCommand::Cancel(stop.id)]);
    assert_eq!(bench.engine.pair_halted(pair()), Some("test"));
    assert_eq!(bench.engine.halted(), None);
    assert_eq!(bench.tell(&halt_pair()), [], "halted already");
    let exit = placed(&bench.canceled(&stop)).clone();
    assert_eq!(exit.time_in_force, TimeInForce::ImmediateOrCancel);
    bench.fill(&exit, "99", "1");
    assert!(bench.told(|it| matches!(it, Report::PairFlattened { .. })));
    assert!(!bench.told(|it| matches!(it, Report::Flattened)));
    assert_eq!((bench.candle("99"), bench.candle("99")), (vec![], vec![]));
    let refused =
        |it: &Report| matches!(it, Report::OrderRefused { refusal: RiskRefusal::Halted, .. });
    assert!(bench.told(refused));
    // Trading as a whole was never halted, and resuming that is not resuming this.
    bench.tell(&Input::Operator(OperatorCommand::Resume { reason: "other".to_owned() }));
    assert_eq!(bench.engine.pair_halted(pair()), Some("test"));
    assert_eq!(bench.tell(&resume_pair()), []);
    assert!(bench.told(|it| matches!(it, Report::PairResumed { .. })));
    assert_eq!(bench.candle("99"), []);
    assert_eq!(placed(&bench.candle("99")).side, Side::Buy);
    assert_eq!(bench.tell(&resume_pair()), [], "resumed already");
}

#[test]
fn a_halted_pair_stays_halted_over_a_new_epoch() {
    let (mut bench, stop) = Bench::holding(&[]);
    bench.tell(&halt_pair());
    bench.limit_orders("1", "1000");
    assert_eq!(bench.engine.pair_halted(pair()), Some("test"));
    assert_eq!(placed(&bench.canceled(&stop)).side, Side::Sell);
}

#[test]
fn a_pair_that_is_not_traded_is_named() {
    let mut bench = Bench::new(ONE, NO_KILL, &[]);
    let (other, reason) = ("ETH/USD".parse().unwrap(), String::new());
    let halt = OperatorCommand::HaltPair { pair: other, reason: reason.clone() };
    let resume = OperatorCommand::ResumePair { pair: other, reason };
    for command in [halt, resume] {
        assert_eq!(bench.tell(&Input::Operator(command)), []);
    }
    assert_eq!(bench.reports, vec![Report::PairNotTraded { pair: other }; 2]);
}

/// A venue that has made its tick ten or a hundred times larger refuses what was right before.
#[test]
fn a_sale_that_is_refused_is_tried_in_rounder_numbers() {
    let (mut bench, stop) = Bench::holding(&[]);
    bench.tell(&halt());
    let mut limits = Vec::new();
    let mut commands = bench.canceled(&stop);
    for attempt in 0..8 {
        let order = placed(&commands).clone();
        let OrderKind::Limit { price } = order.kind else { panic!("{order:?} is no limit order") };
        limits.push(price.to_string());
        let refusal = Refusal::InvalidPrice;
        assert_eq!(bench.account(AccountEvent::Rejected { order: order.id, refusal }), []);
        commands = bench.candle(if attempt < 4 { "98.77" } else { "98.78" });
    }
    assert_eq!(limits, ["95", "93.8", "93.8", "93", "93", "93", "90", "90"]);
}
