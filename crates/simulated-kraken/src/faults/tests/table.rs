//! Each fault, switched on alone: its counter moves, and a client sees it.

use super::client::{Client, MARKET, Run, TRADING, day};
use crate::{
    faults::{Fault, Probability},
    fixture,
    message::Output,
    settings::Settings,
};

/// The day with one fault on, whenever it can be.
fn run(fault: Option<Fault>) -> Run {
    let faults = fault.map(|fault| (fault, Probability::ALWAYS)).into_iter().collect();
    day(Client::new(Settings { faults, ..fixture::settings() }))
}

/// What a client sees of a fault, beside the day without it.
type Sign = fn(&Run, &Run) -> bool;

const SIGNS: &[(Fault, Sign)] = &[
    (Fault::LostAnswer, |_, run| run.lost("AddOrder") && 0 < run.counter("orders_accepted")),
    (Fault::LostRequest, |_, run| run.lost("AddOrder") && run.counter("orders_accepted") == 0),
    (Fault::BadGateway, |_, run| {
        let failed = run.whole("AddOrder").into_iter().any(|answer| 500 <= answer.status);
        failed || run.says("AddOrder", "upstream")
    }),
    (Fault::SlowAnswer, |_, run| run.answers("Time").iter().any(|(asked, heard, _)| asked < heard)),
    (Fault::LateExecution, |plain, run| {
        plain.channel(TRADING, "executions") != run.channel(TRADING, "executions")
            && trades(plain) == trades(run)
    }),
    (Fault::PartialFill, |plain, run| trades(plain) < trades(run)),
    (Fault::StreamDisagrees, |plain, run| {
        let updates = |run: &Run| run.frames(TRADING, EXECUTION).len();
        updates(run) == 0 && 0 < updates(plain) && trades(plain) == trades(run)
    }),
    (Fault::StatusContradicts, |plain, run| {
        let says = |run: &Run| run.bodies("ClosedOrders")[0].contains("\"canceled\"");
        !says(plain) && says(run)
    }),
    (Fault::ReadLag, |plain, run| {
        let lags = |endpoint: &str| plain.bodies(endpoint) != run.bodies(endpoint);
        lags("Balance")
            && lags("OpenOrders")
            && plain.counter("orders_accepted") == run.counter("orders_accepted")
    }),
    (Fault::FalseInsufficient, |_, run| run.says("AddOrder", "EOrder:Insufficient funds")),
    (Fault::KeyRevoked, |_, run| {
        run.bodies("Balance").iter().all(|body| body.starts_with(r#"{"error":["E"#))
    }),
    (Fault::BadNonce, |_, run| run.says("Balance", "EAPI:Invalid nonce")),
    (Fault::Unavailable, |_, run| {
        run.bodies("Balance")
            .iter()
            .all(|body| body.contains("EService:") || body.contains("Internal"))
    }),
    (Fault::ClockJump, |plain, run| plain.bodies("Time") != run.bodies("Time")),
    (Fault::Suspended, |_, run| {
        run.answers("Balance").iter().any(|(asked, heard, _)| asked < heard)
    }),
    (Fault::TokenRefused, |_, run| {
        !run.frames(TRADING, "ESession:Invalid session").is_empty()
            && run.channel(TRADING, "balances").is_empty()
    }),
    (Fault::RateLimited, |_, run| {
        run.says("AddOrder", "Rate limit exceeded") && !run.frames(MARKET, "Exceeded").is_empty()
    }),
    (Fault::CancelRateLimited, |_, run| {
        run.says("CancelOrder", "EOrder:Rate limit exceeded")
            && !run.frames(TRADING, "EOrder:Rate limit exceeded").is_empty()
    }),
    (Fault::Disconnect, |plain, run| plain.endings().is_empty() && run.endings().len() == 2),
    (Fault::SilentAfterAck, |plain, run| {
        let acks = |run: &Run| run.frames(MARKET, r#""success":true"#).len();
        acks(plain) == acks(run) && run.channel(MARKET, "book").is_empty()
    }),
    (Fault::SilentChannel, |plain, run| {
        let heartbeats = |run: &Run| run.frames(MARKET, "heartbeat").len();
        run.channel(MARKET, "book").len() < plain.channel(MARKET, "book").len()
            && heartbeats(plain) <= heartbeats(run)
    }),
    (Fault::BadChecksum, |plain, run| plain.channel(MARKET, "book") != run.channel(MARKET, "book")),
    (Fault::SubscriptionRefused, |_, run| {
        !run.frames(MARKET, "Currency pair not supported BTC/USD").is_empty()
    }),
    (Fault::EdgeBan, |_, run| {
        let is_refused = |output: &Output| matches!(output, Output::Refuse { .. });
        run.heard.iter().any(|(_, output)| is_refused(output))
            && run.whole("Balance").iter().all(|answer| [403, 429].contains(&answer.status))
    }),
    (Fault::Maintenance, |_, run| {
        !run.frames(MARKET, r#""system":"maintenance""#).is_empty()
            && run.says("CancelOrder", "EService:Unavailable")
    }),
    (Fault::StatusFlap, |_, run| {
        3 < run.frames(MARKET, r#""system":"cancel_only""#).len()
            && 3 < run.frames(MARKET, r#""system":"online""#).len()
    }),
    (Fault::SnapshotGap, |plain, run| {
        let length =
            |run: &Run| run.channel(TRADING, "executions")[0].1.matches("exec_type").count();
        length(run) + 1 == length(plain)
    }),
    (Fault::FalseDuplicate, |_, run| run.says("AddOrder", "Duplicate")),
    (Fault::OrderEnded, |plain, run| {
        let open = |run: &Run| run.bodies("OpenOrders")[0].matches("\"refid\"").count();
        open(run) < open(plain)
    }),
    (Fault::OfflineTrigger, |plain, run| {
        let sold = |run: &Run| run.says("TradesHistory", "\"ordertype\":\"stop-loss\"");
        !sold(plain) && sold(run)
    }),
    (Fault::OtherActor, |plain, run| {
        plain.bodies("Balance") != run.bodies("Balance")
            && run.bodies("OpenOrders") != plain.bodies("OpenOrders")
    }),
    (Fault::ExternalMove, |plain, run| {
        let moves = |run: &Run| {
            let ledger = run.bodies("Ledgers").concat();
            ledger.matches("deposit").count() + ledger.matches("withdrawal").count()
        };
        moves(plain) < moves(run)
    }),
    (Fault::FeeChange, |plain, run| plain.bodies("Balance") != run.bodies("Balance")),
    (Fault::PairChange, |plain, run| plain.bodies("AssetPairs") != run.bodies("AssetPairs")),
    (Fault::AssetRenamed, |_, run| {
        run.says("AssetPairs", "NEW/USD") && !run.frames(MARKET, "NEW/USD").is_empty()
    }),
    (Fault::BadTick, |plain, run| {
        plain.bodies("Ticker") != run.bodies("Ticker")
            && plain.channel(MARKET, "ticker") != run.channel(MARKET, "ticker")
    }),
    (Fault::CrossedBook, |plain, run| {
        plain.channel(MARKET, "book") != run.channel(MARKET, "book")
            && plain.bodies("Ticker") != run.bodies("Ticker")
    }),
    (Fault::MessageBurst, |plain, run| {
        let frames = |run: &Run| run.channel(MARKET, "book").len();
        5 * frames(plain) < frames(run)
    }),
    (Fault::DeadManLost, |plain, run| {
        let open = |run: &Run| run.bodies("OpenOrders").last().unwrap().contains("\"late\"");
        !open(plain) && open(run)
    }),
    (Fault::CancelSurvivor, |plain, run| {
        let open = |run: &Run| run.bodies("OpenOrders")[1].matches("\"refid\"").count();
        plain.bodies("CancelAll") == run.bodies("CancelAll") && open(plain) == 0 && open(run) == 1
    }),
    (Fault::AmendAnswerLost, |_, run| {
        run.lost("AmendOrder") && run.frames(TRADING, r#""method":"amend_order""#).is_empty()
    }),
    (Fault::BatchTorn, |plain, run| {
        let accepted = |run: &Run| run.counter("orders_accepted");
        run.lost("AddOrderBatch")
            && run.frames(TRADING, r#""method":"batch_add""#).is_empty()
            && accepted(run) < accepted(plain)
            && accepted(plain) < accepted(run) + 6
    }),
    (Fault::TradeBust, |plain, run| trades(run) < trades(plain)),
    (Fault::ShiftingPages, |plain, run| {
        let pages = |run: &Run| {
            [run.bodies("ClosedOrders")[1].clone(), run.bodies("TradesHistory")[1].clone()]
        };
        pages(plain) != pages(run)
    }),
    (Fault::UnknownField, |_, run| {
        run.says("Balance", "unheard_of")
            && run.says("OpenOrders", "unheard_of")
            && !run.frames(TRADING, "unheard_of").is_empty()
            && !run.frames(MARKET, "unheard_of").is_empty()
    }),
    (Fault::WrongTime, |plain, run| plain.bodies("Time") != run.bodies("Time")),
];

/// What a frame with news of an order has.
const EXECUTION: &str = r#""channel":"executions","type":"update""#;

/// How many trades REST knows of in the end.
fn trades(run: &Run) -> usize {
    run.bodies("TradesHistory").last().map_or(0, |body| body.matches("ordertxid").count())
}

#[test]
fn each_fault_alone_is_counted_and_seen() {
    let plain = run(None);
    assert_eq!(trades(&plain), 5, "the day is carried out");
    let mut unseen = Vec::new();
    for (fault, sign) in SIGNS {
        let run = run(Some(*fault));
        if run.struck(fault.name()) == 0 {
            unseen.push(format!("{} has not struck", fault.name()));
        } else if !sign(&plain, &run) {
            unseen.push(format!("{} is not seen", fault.name()));
        }
        let others = Fault::all().filter(|other| other != fault);
        for other in others.filter(|other| 0 < run.struck(other.name())) {
            unseen.push(format!("{} has struck beside {}", other.name(), fault.name()));
        }
    }
    assert!(unseen.is_empty(), "{unseen:#?}");
}

#[test]
fn the_table_has_every_fault() {
    assert!(Fault::all().eq(SIGNS.iter().map(|(fault, _)| *fault)));
}

#[test]
fn the_same_day_is_the_same_to_the_byte() {
    assert_eq!(run(None), run(None));
    for fault in Fault::all().filter(|fault| fault.number() % 4 == 0) {
        assert_eq!(run(Some(fault)), run(Some(fault)), "{}", fault.name());
    }
}

#[test]
fn faults_that_never_strike_change_nothing() {
    let never = Fault::all().map(|fault| (fault, "0".parse().unwrap())).collect();
    let on = day(Client::new(Settings { faults: never, ..fixture::settings() }));
    assert_eq!(on, run(None));
}
