//! What the engine says of itself is what it does.

use proptest::prelude::*;

use super::{
    story::{Story, ether, told, turns, two_pairs, wishes},
    *,
};
use crate::{
    engine::{EntryOutcome, Explanation, Verdict},
    sizing::RiskFraction,
    strategy::Strategy,
};

/// What an engine does with a wish for a pair, as a verdict would say it; nothing when it does
/// nothing.
#[expect(clippy::wildcard_enum_match_arm, reason = "the other reports are not of an entry")]
fn done(outputs: &[Output], at: Pair) -> Option<Verdict> {
    let verdict = |output: &Output| {
        let Output::Report(report) = output else { return None };
        match report {
            Report::OrderPlaced { role: Role::Entry, pair, .. } if *pair == at => {
                Some(Verdict::Enters)
            }
            Report::OrderRefused { role: Role::Entry, pair, refusal, .. } if *pair == at => {
                Some(Verdict::Refused(*refusal))
            }
            Report::SizeRefused { pair, refusal } if *pair == at => {
                Some(Verdict::SizeRefused(refusal.clone()))
            }
            _ => None,
        }
    };
    outputs.iter().find_map(verdict)
}

/// What the explanation says, and what the engine does with the same wish at the same price.
fn said_and_done(story: &Story, header: &JournalHeader, pair: Pair) -> Option<[Verdict; 2]> {
    let at = story.engine.desks.iter().position(|desk| desk.rules.pair == pair)?;
    let price = story.engine.desks[at].prices.last?;
    let wish = story.engine.desks[at].last_wish?.wish;
    let scripts = || {
        let script = || Box::new(Script { wishes: vec![wish; 300], seen: 0 });
        vec![script() as Box<dyn Strategy>, script()]
    };
    let saved = story.engine.save();
    let mut twin = Engine::restore(header, scripts(), Keep::Hash, &saved).unwrap();
    // Whatever the price itself does is done before.
    let reached = MarketEvent::Reached { pair, price };
    told(&mut twin, &Input::Venue(VenueEvent::Market(reached)), story.now);
    let hash = twin.state_hash();
    let said = twin.explain(pair, story.now).unwrap().verdict;
    assert_eq!(twin.state_hash(), hash, "looking changes nothing");
    let (start, close, volume) = (story.now, price, amount("1"));
    let candle = Candle { start, open: close, high: close, low: close, close, volume, trades: 1 };
    let candle = MarketEvent::Candle { pair, candle };
    let outputs = told(&mut twin, &Input::Venue(VenueEvent::Market(candle)), story.now);
    let quiet = match said {
        Verdict::SizeRefused(_) | Verdict::Refused(_) | Verdict::Enters => Verdict::NoWish,
        Verdict::BalancesUnknown
        | Verdict::NoWish
        | Verdict::WishesNothing
        | Verdict::WishesFlat
        | Verdict::SignalUsed
        | Verdict::Busy => said.clone(),
    };
    Some([said, done(&outputs, pair).unwrap_or(quiet)])
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn the_verdict_is_what_happens(turns in turns(), wishes in wishes(), by_risk: bool) {
        let risk = Sizing::Risk(RiskFraction::new(percent("1")).unwrap());
        let mut header = two_pairs((if by_risk { risk } else { ONE }, NO_KILL));
        // A sale that the price itself brings about would count.
        header.settings.risk.orders_per_day_max = u32::MAX;
        header.settings.risk.cancels_per_day_max = u32::MAX;
        let mut story = Story::new(&header, &wishes);
        for (number, turn) in turns.iter().enumerate() {
            story.play(turn);
            if number % 4 == 0 {
                for pair in [pair(), ether()] {
                    if let Some([said, done]) = said_and_done(&story, &header, pair) {
                        prop_assert_eq!(said, done);
                    }
                }
            }
        }
    }

    /// The worst case is never below what the parts say, and a larger gap is never better.
    #[test]
    fn the_worst_case_is_the_worst(turns in turns(), wishes in wishes()) {
        let header = two_pairs((ONE, NO_KILL));
        let mut story = Story::new(&header, &wishes);
        for turn in &turns {
            story.play(turn);
            let hash = story.engine.state_hash();
            let [calm, wild] = ["0", "30"].map(|gap| story.engine.worst_case(percent(gap)));
            prop_assert_eq!(story.engine.state_hash(), hash);
            prop_assert_eq!(calm.at_gap, calm.at_stops);
            prop_assert!(calm.at_gap <= wild.at_gap && calm.total <= wild.total);
            prop_assert_eq!(wild.total, wild.at_gap + wild.without_stop + wild.may_be_added);
            for pair in &wild.pairs {
                prop_assert!(Amount::ZERO <= pair.at_stop && pair.at_stop <= pair.at_gap);
                prop_assert!(Amount::from(pair.covered) <= pair.quantity);
            }
        }
    }
}

fn explained(bench: &Bench) -> Explanation {
    bench.engine.explain(pair(), at(bench.second)).unwrap()
}

fn row(explanation: &Explanation, rule: RiskRefusal) -> (String, String, bool) {
    let row = explanation.rules.iter().find(|row| row.rule == rule).unwrap();
    (row.value.clone(), row.limit.clone(), row.passed)
}

fn step(explanation: &Explanation, name: &str) -> String {
    let step = explanation.size.steps.iter().find(|step| step.name == name);
    step.unwrap_or_else(|| panic!("{name} in {:?}", explanation.size)).value.clone()
}

#[test]
fn the_arithmetic_of_a_size_is_shown_step_by_step() {
    let risk = Sizing::Risk(RiskFraction::new(percent("1")).unwrap());
    let mut bench = Bench::new(risk, NO_KILL, &[Wish::Nothing, long("95", None)]);
    bench.tell(&Input::Operator(OperatorCommand::CapEntries { value: Some(amount("50")) }));
    bench.candle("100");
    assert_eq!(explained(&bench).verdict, Verdict::WishesNothing);
    let entry = placed(&bench.candle("100")).clone();
    bench.account(AccountEvent::NeverExisted { order: entry.id });
    let said = explained(&bench);
    assert_eq!(step(&said, "equity"), "1000");
    assert_eq!(step(&said, "entry price"), "100");
    assert_eq!(step(&said, "stop price"), "95");
    assert_eq!(step(&said, "may be lost"), "10");
    // 5 from entry to stop, and fees of 0.4 and 0.38.
    assert_eq!(step(&said, "lost at the stop per unit, fees and slippage included"), "5.78");
    assert_eq!(step(&said, "quantity the risk allows"), "1.7301038");
    assert_eq!(step(&said, "sized"), "1.7301038");
    assert_eq!(step(&said, "cap"), "50");
    assert_eq!(step(&said, "capped"), "0.5");
    assert_eq!(said.size.size, Some(entry.quantity));
    assert_eq!(said.verdict, Verdict::SignalUsed);
    assert_eq!(said.last_entry.unwrap().outcome, EntryOutcome::Placed(entry.id));
    assert_eq!(said.last_wish.unwrap().wish, long("95", None));
}

#[test]
fn each_rule_is_shown_with_what_it_compares() {
    let mut bench = Bench::new(ONE, NO_KILL, &[Wish::Add(amount("25"))]);
    let mut header = header(ONE, NO_KILL);
    header.settings.risk.order_value_max = amount("20");
    let wishes = [Wish::Add(amount("25")), Wish::Add(amount("25"))];
    bench.engine = Engine::new(&header, script(&wishes), Keep::Bytes).unwrap();
    bench.account(AccountEvent::Balances(vec![(usd(), amount("1000"))]));
    assert_eq!(explained(&bench).verdict, Verdict::NoWish);
    bench.candle("100");
    let said = explained(&bench);
    assert_eq!(said.rules.len(), 24);
    let shown = |value: &str, limit: &str, passed| (value.to_owned(), limit.to_owned(), passed);
    assert_eq!(row(&said, RiskRefusal::ValueTooLarge), shown("25", "20", false));
    assert_eq!(row(&said, RiskRefusal::NoPrice), shown("100", "known", true));
    assert_eq!(row(&said, RiskRefusal::InsufficientFunds), shown("25.1", "1000", true));
    assert_eq!(row(&said, RiskRefusal::TooManyOrders), shown("0", "no limit", true));
    assert_eq!(said.verdict, Verdict::Refused(RiskRefusal::ValueTooLarge));
    let outcome = EntryOutcome::Refused(RiskRefusal::ValueTooLarge);
    assert_eq!(said.last_entry.unwrap().outcome, outcome);
    // An earlier rule comes first.
    bench.tell(&Input::Operator(OperatorCommand::Block { cause: BlockCause::Rung, pair: None }));
    let said = explained(&bench);
    assert_eq!(said.blocks, [BlockCause::Rung]);
    assert_eq!(said.verdict, Verdict::Refused(RiskRefusal::Blocked));
    assert_eq!(row(&said, RiskRefusal::Blocked), shown("Rung", "nothing", false));
    assert_eq!(bench.engine.explain("ETH/USD".parse().unwrap(), at(9)), None);
}

#[test]
fn orders_and_halts_say_why_they_are() {
    let (mut bench, stop) = Bench::holding(&[Wish::BeFlat]);
    let said = explained(&bench);
    assert_eq!(said.position.goal, "hold it, stop at 95");
    assert_eq!(said.orders.len(), 1);
    assert_eq!((said.orders[0].order, said.orders[0].role), (stop.id, Role::Stop));
    assert_eq!(said.orders[0].why, "limits the loss of what is held");
    bench.candle("99");
    let said = explained(&bench);
    assert_eq!(said.verdict, Verdict::WishesFlat);
    assert_eq!(said.orders[0].why, "limits the loss of what is held; its cancel is under way");
    assert_eq!(said.position.goal, "sell it: the strategy wished to be flat");
    let halt = OperatorCommand::HaltPair { pair: pair(), reason: "odd".to_owned() };
    bench.tell(&Input::Operator(halt));
    bench.pair_status(VenueStatus::PostOnly);
    let said = explained(&bench);
    assert_eq!((said.halted, said.pair_halted), (None, Some("odd".to_owned())));
    assert_eq!(said.status, (VenueStatus::Online, VenueStatus::PostOnly));
    bench.tell(&Input::Operator(OperatorCommand::Halt { reason: "lunch".to_owned() }));
    assert_eq!(explained(&bench).halted, Some("halted by hand: lunch".to_owned()));
    let exit = bench.canceled(&stop);
    assert_eq!(exit, [], "the pair takes no such order");
    let exit = placed(&bench.pair_status(VenueStatus::Online)).clone();
    bench.account(AccountEvent::Unclear { order: exit.id });
    let why = &explained(&bench).orders[0].why;
    assert!(why.ends_with("nobody knows what came of it, so it counts as live"), "{why}");
    let bytes = postcard::to_allocvec(&explained(&bench)).unwrap();
    assert!(!bytes.is_empty(), "it can be written");
}

#[test]
fn the_worst_case_of_a_position_with_its_stop() {
    let (mut bench, stop) = Bench::holding(&[Wish::Add(amount("50"))]);
    let worst = bench.engine.worst_case(percent("10"));
    let pair = &worst.pairs[0];
    assert_eq!((pair.mark, pair.stop), (Some(price("100")), Some(price("95"))));
    assert_eq!((pair.covered, pair.distance), (lots("1"), price("5")));
    // A fee of 0.38 at the stop, of 0.342 at 85.5.
    assert_eq!((pair.fee, pair.at_stop), (amount("0.38"), amount("5.38")));
    assert_eq!(pair.at_gap, amount("14.842"));
    assert_eq!((pair.without_stop, pair.may_be_added), (Amount::ZERO, Amount::ZERO));
    assert_eq!((worst.at_stops, worst.total), (amount("5.38"), amount("14.842")));
    // The price has fallen below the stop already: no more than the fee is lost there.
    bench.tell(&Input::Venue(VenueEvent::Market(MarketEvent::Reached {
        pair: pair.pair,
        price: price("90"),
    })));
    assert_eq!(bench.engine.worst_case(percent("0")).at_stops, amount("0.36"));
    // An entry of which nobody knows, and a stop of which nobody knows.
    let added = placed(&bench.candle("100")).clone();
    bench.account(AccountEvent::Unclear { order: added.id });
    let worst = bench.engine.worst_case(percent("10"));
    assert_eq!(worst.may_be_added, amount("50.2"));
    assert_eq!((worst.total, worst.orders_unknown), (amount("65.042"), 1));
    let reason = CancelReason::Venue;
    bench.account(AccountEvent::Canceled { order: stop.id, reason });
    let worst = bench.engine.worst_case(percent("10"));
    assert_eq!((worst.at_gap, worst.without_stop), (Amount::ZERO, amount("100")));
    assert_eq!(worst.pairs[0].stop, None);
}

#[test]
fn nothing_held_is_nothing_to_lose() {
    let bench = Bench::new(ONE, NO_KILL, &[]);
    let worst = bench.engine.worst_case(percent("50"));
    assert_eq!((worst.pairs.len(), worst.total), (0, Amount::ZERO));
    assert_eq!(worst.equity, amount("1000"));
}
