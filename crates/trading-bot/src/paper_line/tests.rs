//! The paper venue's task, with a folder of its own.

use exchange_simulator::Delay;
use kraken_protocol::{
    limits::TradingAction,
    scheduler::{Lane, TradingPath, Work},
    stream::{
        book_message::BookMessage,
        session::{Outcome, SocketCommand},
    },
};
use trading_types::{
    Amount, BookLevel, ClientOrderId, KrakenPairs, NewOrder, OrderKind, OrderQuantity, Pair,
    Refusal, Side,
};

use super::*;
use crate::real_disk::RealDisk;

fn pair() -> Pair {
    "BTC/USD".parse().unwrap()
}

fn settings() -> PaperSettings {
    let dollars = ("USD".parse().unwrap(), "10000".parse().unwrap());
    let rules = vec![KrakenPairs::recorded().rules(pair()).unwrap()];
    PaperSettings { rules, balances: vec![dollars], latency: Delay::NONE, seed: 1 }
}

fn command(number: u64) -> BotOutput {
    let quantity = OrderQuantity::Base("0.1".parse().unwrap());
    let id = ClientOrderId::new(1, number);
    let order = NewOrder::new(id, pair(), Side::Buy, OrderKind::Market, quantity);
    let (pair, action) = (pair(), TradingAction::PlaceImmediate(id));
    let work = Work::Trading { pair, action, path: TradingPath::Socket };
    let command = SocketCommand::Place(order);
    BotOutput::Command { request: number, command, work, lane: Lane::Place }
}

fn book() -> SocketEvent {
    let level = |price: &str| {
        let (price, quantity) = (price.parse().unwrap(), "1".parse().unwrap());
        vec![BookLevel { price, quantity }]
    };
    SocketEvent::Market(MarketMessage::Book(BookMessage {
        kind: MessageKind::Snapshot,
        pair: pair(),
        bids: level("100"),
        asks: level("101"),
        checksum: None,
        time: None,
    }))
}

/// Everything until an answer to a command.
async fn until_answer(told: &mut mpsc::Receiver<BotInput>) -> Outcome {
    loop {
        if let BotInput::Answer(answer) = told.recv().await.unwrap() {
            return answer.outcome;
        }
    }
}

#[tokio::test]
async fn an_account_lives_on_after_its_process() {
    let folder = tempfile::tempdir().unwrap();
    for start in 1..=3 {
        let mut disk = RealDisk::open(folder.path()).unwrap();
        let clock = Clock::system();
        let venue = open(&mut disk, settings(), clock.now()).unwrap();
        let held = venue.balances().into_iter().find(|(asset, _)| *asset == pair().base);
        let tenths = i128::from(start - 1);
        let bought = Amount::from_units(tenths * 10_i128.pow(17));
        assert_eq!(held.map(|(_, amount)| amount).unwrap_or_default(), bought);
        let (to_bot, mut told) = mpsc::channel(100);
        let line = PaperLine::start(venue, disk, clock, to_bot);
        let private = BotOutput::OpenSocket { socket: SocketKind::Private, subscriptions: vec![] };
        assert!(line.carry_out(private).await.is_none());
        line.eyes().see(&book()).await;
        line.carry_out(command(start)).await;
        let outcome = until_answer(&mut told).await;
        assert!(matches!(outcome, Outcome::Placed { .. }), "{outcome:?}");
        if 1 < start {
            line.carry_out(command(start - 1)).await;
            let twice = Outcome::Refused(Refusal::DuplicateClientOrderId);
            assert_eq!(until_answer(&mut told).await, twice, "it is known from the last start");
        }
        let public = BotOutput::CloseSocket(SocketKind::Public);
        assert!(line.carry_out(public).await.is_some(), "that is Kraken's");
        drop(line);
        while told.recv().await.is_some() {}
    }
}

#[tokio::test]
async fn a_damaged_account_is_not_gone_on_from() {
    let folder = tempfile::tempdir().unwrap();
    let mut disk = RealDisk::open(folder.path()).unwrap();
    disk.create(STATE).unwrap();
    disk.append(STATE, b"not an account").unwrap();
    let opened = open(&mut disk, settings(), Timestamp::EPOCH);
    assert!(matches!(opened, Err(PaperError::Damaged)), "{opened:?}");
}
