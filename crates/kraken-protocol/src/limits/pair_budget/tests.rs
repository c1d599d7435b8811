//! The budget of a pair against Kraken's rules written out naively, and the law that a cancel
//! never waits.

use std::time::Duration;

use proptest::prelude::*;

use super::*;

fn at(milliseconds: u64) -> Timestamp {
    Timestamp::EPOCH + Duration::from_millis(milliseconds)
}

fn order(sequence: u64) -> ClientOrderId {
    ClientOrderId::new(1, sequence)
}

/// Kraken's side of one pair, in half points and milliseconds: everything it ever charged is
/// remembered. It shares no code with the budget it checks.
#[derive(Default)]
struct KrakenPair {
    charged: Vec<(u64, u64)>,
    placed_or_amended: BTreeMap<ClientOrderId, u64>,
}

impl KrakenPair {
    fn age_step(&self, order: ClientOrderId, now: u64) -> Option<usize> {
        let age = now - self.placed_or_amended.get(&order)?;
        Some([5, 10, 15, 45, 90, 300].iter().filter(|step| **step * 1_000 <= age).count())
    }

    /// Obeys, or does not know the order; it is charged either way.
    fn receive(&mut self, action: &TradingAction, now: u64) -> CommandOutcome {
        let mut halves = 0;
        let mut outcome = CommandOutcome::Accepted;
        match action {
            TradingAction::Place(orders) => {
                halves += if orders.len() == 1 { 2 } else { orders.len() as u64 };
                for order in orders {
                    self.placed_or_amended.insert(*order, now);
                }
            }
            TradingAction::PlaceImmediate(_) => halves += 2,
            TradingAction::Amend(order) => {
                let step = self.age_step(*order, now);
                halves += 2 + step.map_or(0, |step| [6, 4, 2, 0, 0, 0, 0][step]);
                if step.is_some() {
                    self.placed_or_amended.insert(*order, now);
                } else {
                    outcome = CommandOutcome::Refused;
                }
            }
            TradingAction::Cancel(orders) => {
                for order in orders {
                    let step = self.age_step(*order, now);
                    halves += step.map_or(0, |step| [16, 12, 10, 8, 4, 2, 0][step]);
                    if self.placed_or_amended.remove(order).is_none() {
                        outcome = CommandOutcome::Refused;
                    }
                }
            }
            TradingAction::CancelAll => {
                let all: Vec<ClientOrderId> = self.placed_or_amended.keys().copied().collect();
                for order in all {
                    self.receive(&TradingAction::Cancel(vec![order]), now);
                }
            }
        }
        self.charged.push((now, halves));
        outcome
    }

    /// The largest backlog over any stretch that ends now, in thousandths of a half point; one
    /// point a second is two thousandths of a half point... a millisecond.
    fn level(&self, now: u64) -> u64 {
        let backlog = |from: usize| {
            let since = &self.charged[from..];
            let charged: u64 = since.iter().map(|(_, halves)| halves * 1_000).sum();
            charged.saturating_sub((now - since[0].0) * 2)
        };
        (0..self.charged.len()).map(backlog).max().unwrap_or(0)
    }
}

#[derive(Clone, Debug)]
struct Wish {
    pause: u64,
    kind: u8,
    which: usize,
    outbound: u64,
    inbound: u64,
    is_lost: bool,
}

fn wishes() -> impl Strategy<Value = Vec<Wish>> {
    let wish = (0..20_000_u64, 0..10_u8, 0..1_000_usize, 0..5_000_u64, 0..5_000_u64, 0..8_u8);
    let wish = wish.prop_map(|(pause, kind, which, outbound, inbound, luck)| Wish {
        pause: if which.is_multiple_of(3) { pause } else { pause / 40 },
        kind,
        which,
        outbound,
        inbound,
        is_lost: luck == 0,
    });
    prop::collection::vec(wish, 0..150)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Moment {
    Wished(usize),
    Received(usize),
    Answered(usize),
}

fn moments(wishes: &[Wish]) -> Vec<(u64, Moment)> {
    let mut now = 0;
    let mut moments = Vec::new();
    for (index, wish) in wishes.iter().enumerate() {
        now += wish.pause;
        let back = if wish.is_lost { 0 } else { wish.outbound + wish.inbound };
        moments.push((now, Moment::Wished(index)));
        moments.push((now + wish.outbound, Moment::Received(index)));
        moments.push((now + back, Moment::Answered(index)));
    }
    moments.sort_by_key(|(at, moment)| (*at, !matches!(moment, Moment::Wished(_)), *moment));
    moments
}

fn action(wish: &Wish, index: usize, budget: &PairBudget) -> TradingAction {
    let open: Vec<ClientOrderId> = budget.open_orders().collect();
    let some = open.get(wish.which % open.len().max(1)).copied();
    let base = index as u64 * 100;
    match (wish.kind, some) {
        (0..3, _) | (_, None) => TradingAction::Place(vec![order(base)]),
        (4, _) => {
            TradingAction::Place((0..2 + wish.which as u64 % 4).map(|n| order(base + n)).collect())
        }
        (3, _) => TradingAction::Place(vec![order(base)]),
        (5..7, Some(order)) => TradingAction::Amend(order),
        (7 | 8, Some(order)) => TradingAction::Cancel(vec![order]),
        (_, Some(_)) => TradingAction::CancelAll,
    }
}

proptest! {
    #[test]
    fn never_reaches_krakens_threshold_and_a_cancel_never_waits(wishes in wishes()) {
        let mut budget = PairBudget::new(Tier::Starter, at(0));
        let mut kraken = KrakenPair::default();
        let mut sent: Vec<Option<TradingAction>> = vec![None; wishes.len()];
        let mut charges: Vec<Option<CommandCharge>> = wishes.iter().map(|_| None).collect();
        let mut outcomes = vec![CommandOutcome::Accepted; wishes.len()];
        for (now, moment) in moments(&wishes) {
            match moment {
                Moment::Wished(index) => {
                    let action = action(&wishes[index], index, &budget);
                    let room = budget.room(&action, Points::ZERO, at(now));
                    let cancels =
                        matches!(action, TradingAction::Cancel(_) | TradingAction::CancelAll);
                    prop_assert!(!cancels || room.is_open(at(now)));
                    if room.is_open(at(now)) {
                        charges[index] = Some(budget.start(action.clone(), at(now)));
                        sent[index] = Some(action);
                    }
                }
                Moment::Received(index) => {
                    if let Some(action) = &sent[index] {
                        outcomes[index] = kraken.receive(action, now);
                    }
                }
                Moment::Answered(index) => {
                    if let Some(charge) = charges[index].take() {
                        let outcome = if wishes[index].is_lost {
                            CommandOutcome::Unknown(at(now + 5_000))
                        } else {
                            outcomes[index]
                        };
                        budget.finish(charge, outcome, at(now));
                    }
                }
            }
            let halves = u64::from(budget.estimate(at(now)).halves());
            prop_assert!(kraken.level(now) <= halves * 1_000);
            prop_assert!(kraken.level(now) < 120_000, "at the threshold");
            prop_assert!(kraken.placed_or_amended.len() <= 60);
        }
    }
}

#[test]
fn placing_leaves_room_for_its_own_cancel() {
    let mut budget = PairBudget::new(Tier::Starter, at(0));
    let mut placed = 0;
    while budget
        .room(&TradingAction::Place(vec![order(placed)]), Points::ZERO, at(0))
        .is_open(at(0))
    {
        let charge = budget.start(TradingAction::Place(vec![order(placed)]), at(0));
        budget.finish(charge, CommandOutcome::Accepted, at(0));
        placed += 1;
    }
    // Nine points each: one to place, eight to cancel; below sixty.
    assert_eq!(placed, 6);
    let charge = budget.start(TradingAction::CancelAll, at(0));
    budget.finish(charge, CommandOutcome::Accepted, at(0));
    assert_eq!(budget.estimate(at(0)), Points::whole(54));
    assert_eq!(budget.open_orders().count(), 0);
}

#[test]
fn waits_until_older_orders_are_cheaper_to_cancel() {
    let mut budget = PairBudget::new(Tier::Starter, at(0));
    for sequence in 0..6 {
        let charge = budget.start(TradingAction::Place(vec![order(sequence)]), at(0));
        budget.finish(charge, CommandOutcome::Accepted, at(0));
    }
    let next = TradingAction::Place(vec![order(6)]);
    // 6 + 48 + 1 + 8 = 63 now. At four seconds three points have decayed, the first second being
    // held, and 60 is not below 60; at five seconds each cancel is two cheaper.
    let Room::At(room) = budget.room(&next, Points::ZERO, at(0)) else { panic!() };
    assert!(at(4_000) < room && room <= at(4_001), "{room}");
}

#[test]
fn the_cap_on_open_orders_holds() {
    let mut budget = PairBudget::new(Tier::Starter, at(0));
    for sequence in 0..60 {
        budget.adopt(order(sequence), at(0));
    }
    let later = at(1_000_000);
    let next = TradingAction::Place(vec![order(99)]);
    assert_eq!(budget.room(&next, Points::ZERO, later), Room::AfterAnswer);
    budget.gone(order(3));
    assert!(budget.room(&next, Points::ZERO, later).is_open(later));
}

#[test]
fn a_refused_amend_leaves_the_age_as_it_was() {
    let mut budget = PairBudget::new(Tier::Starter, at(0));
    budget.adopt(order(1), at(0));
    let charge = budget.start(TradingAction::Amend(order(1)), at(100_000));
    assert_eq!(budget.reserved(at(100_000)), Points::whole(8));
    budget.finish(charge, CommandOutcome::Refused, at(100_000));
    assert_eq!(budget.reserved(at(100_000)), Points::whole(1));
}
