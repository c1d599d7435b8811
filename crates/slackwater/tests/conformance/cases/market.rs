//! Market data: what the socket tells of books, trades, candles and pairs, held against itself and
//! against REST.

use std::collections::BTreeMap;

use kraken_client::socket::SocketEvent;
use kraken_protocol::{
    Request,
    rest::market,
    stream::{
        MessageKind,
        market::MarketMessage,
        subscription::{BookDepth, Level3Depth, SocketKind, Subscription, TickerTrigger},
        trades::{PublicTrade, TradePlace, TradeSequence},
    },
};
use trading_types::{Candle, Interval, Pair, Timestamp};

use crate::{
    line::{Key, Line, Wanting, Wire},
    suite::{Suite, btc_usd},
    world::World,
};

/// Changes that each book has to take before it is believed.
const CHANGES: u32 = 400;

fn pair(text: &str) -> Pair {
    text.parse().expect("a pair")
}

pub(crate) async fn books_of_every_depth_prove_themselves_for_minutes<L: Line>() {
    let mut suite = Suite::<L>::start(World::moving()).await;
    let begin = suite.time().await;
    // A pair has one depth at a time on a connection.
    let first = [
        ("BTC/USD", BookDepth::Ten),
        ("ETH/USD", BookDepth::TwentyFive),
        ("BTC/EUR", BookDepth::Hundred),
    ];
    let second = [("BTC/USD", BookDepth::FiveHundred), ("ETH/USD", BookDepth::Thousand)];
    for books in [&first[..], &second] {
        let book = |(text, depth): &(&str, BookDepth)| Subscription::Book {
            pair: pair(text),
            depth: *depth,
        };
        let wanted: Vec<Subscription> = books.iter().map(book).collect();
        let wire = suite.line.open(Key::Trade, Wanting::public(&wanted)).await;
        let mut changes: BTreeMap<Pair, u32> = BTreeMap::new();
        let whole = |event: &SocketEvent| match event {
            SocketEvent::Book { pair, applied } => {
                assert!(applied.is_verified, "{pair} is not proved");
                *changes.entry(*pair).or_default() += 1;
                let enough = changes.values().all(|count| CHANGES <= *count);
                (changes.len() == wanted.len() && enough).then_some(())
            }
            SocketEvent::BookBroken { subscription, fault } => {
                panic!("{subscription:?}: {fault}")
            }
            _ => None,
        };
        suite.wait(wire, "changes of books", whole).await;
    }
    assert!(begin < suite.time().await);
}

pub(crate) async fn books_of_single_orders_prove_themselves<L: Line>() {
    let mut suite = Suite::<L>::start(World::moving()).await;
    let wanted = [
        Subscription::Level3 { pair: btc_usd(), depth: Level3Depth::Ten },
        Subscription::Level3 { pair: pair("ETH/USD"), depth: Level3Depth::Hundred },
    ];
    let wanting = Wanting { kind: SocketKind::Level3, ..Wanting::public(&wanted) };
    let wire = suite.line.open(Key::Trade, wanting).await;
    let mut changes: BTreeMap<Pair, u32> = BTreeMap::new();
    let whole = |event: &SocketEvent| match event {
        SocketEvent::Book { pair, applied } => {
            assert!(applied.is_verified, "{pair} is not proved");
            *changes.entry(*pair).or_default() += 1;
            let enough = changes.values().all(|count| CHANGES <= *count);
            (changes.len() == wanted.len() && enough).then_some(())
        }
        SocketEvent::BookBroken { subscription, fault } => panic!("{subscription:?}: {fault}"),
        _ => None,
    };
    suite.wait(wire, "changes of books", whole).await;
}

pub(crate) async fn trades_come_in_line<L: Line>() {
    let mut suite = Suite::<L>::start(World::moving()).await;
    let wanted = [Subscription::Trades { pair: btc_usd() }];
    let wire = suite.line.open(Key::Trade, Wanting::public(&wanted)).await;
    let mut sequence = TradeSequence::default();
    let mut told: Vec<PublicTrade> = Vec::new();
    let mut snapshots = 0;
    let enough = |event: &SocketEvent| {
        let SocketEvent::Market(MarketMessage::Trades(message)) = event else { return None };
        snapshots += usize::from(message.kind == MessageKind::Snapshot);
        for trade in &message.trades {
            assert_eq!(sequence.note(trade), TradePlace::Next, "{trade:?}");
            told.push(*trade);
        }
        (80 <= told.len()).then_some(())
    };
    suite.wait(wire, "trades", enough).await;
    assert_eq!(snapshots, 1);
    assert!(told.windows(2).all(|two| two[0].trade.time <= two[1].trade.time));
    // REST has the same ones. What traded since is on its page, too.
    let request = Request::trades(suite.name(), None, 1_000).expect("so many");
    let result = suite.read(request).await;
    let page = market::trades(&result, &suite.names).expect("trades");
    for trade in &told {
        let same = page.trades.iter().find(|row| row.number == Some(trade.id));
        let same = same.unwrap_or_else(|| panic!("REST does not have {trade:?}"));
        assert_eq!(same.trade.price, trade.trade.price);
        assert_eq!(same.trade.quantity, trade.trade.quantity);
        assert_eq!(same.trade.taker_side, trade.trade.taker_side);
    }
}

pub(crate) async fn candles_and_tickers_come<L: Line>() {
    let mut suite = Suite::<L>::start(World::moving()).await;
    let interval = Interval::from_minutes(1).expect("a length of Kraken's");
    let wanted = [
        Subscription::Candles { pair: btc_usd(), interval },
        Subscription::Ticker { pair: btc_usd(), trigger: TickerTrigger::Trades },
        Subscription::Ticker { pair: pair("ETH/USD"), trigger: TickerTrigger::BestPrices },
    ];
    let wire = suite.line.open(Key::Trade, Wanting::public(&wanted)).await;
    let (candles, tickers) = four_candles(&mut suite, wire).await;
    assert!(tickers.values().all(|count| 1 < *count) && tickers.len() == 2, "{tickers:?}");
    let request = Request::candles(suite.name(), interval, None).expect("Kraken has them");
    let result = suite.read(request).await;
    let told = market::candles(&result, &suite.names).expect("candles");
    let mut compared = 0;
    for closed in &told.closed {
        if let Some(candle) = candles.get(&closed.start) {
            assert_eq!(candle, closed);
            compared += 1;
        }
    }
    assert!(4 <= compared, "only {compared} candles are in both");
}

/// The closed candles of the socket, and how many tickers came of each pair, until four candles
/// closed while we listened.
async fn four_candles<L: Line>(
    suite: &mut Suite<L>,
    wire: Wire,
) -> (BTreeMap<Timestamp, Candle>, BTreeMap<Pair, u32>) {
    let (mut candles, mut tickers) = (BTreeMap::new(), BTreeMap::new());
    let (mut first, mut began) = (None, 0);
    let enough = |event: &SocketEvent| match event {
        SocketEvent::Market(MarketMessage::Candles(message)) => {
            for report in &message.candles {
                let start = report.candle.start;
                let is_new = candles.insert(start, report.candle).is_none();
                let is_live = message.kind == MessageKind::Update;
                began += u32::from(is_new && is_live && first.is_some());
                first.get_or_insert(start);
            }
            (5 <= began).then_some(())
        }
        SocketEvent::Market(MarketMessage::Ticker(rows)) => {
            for ticker in rows {
                assert!(ticker.quote.is_sane(), "{ticker:?}");
                *tickers.entry(ticker.pair).or_default() += 1;
            }
            None
        }
        _ => None,
    };
    suite.wait(wire, "candles", enough).await;
    // The last one is not closed.
    candles.pop_last();
    (candles, tickers)
}

pub(crate) async fn instruments_agree_with_the_pairs<L: Line>() {
    let mut suite = Suite::<L>::start(World::still()).await;
    let result = suite.read(Request::asset_pairs()).await;
    let told = market::asset_pairs(&result).expect("pairs");
    let wire = suite.line.open(Key::Trade, Wanting::public(&[Subscription::Instruments])).await;
    let instruments = |event: &SocketEvent| match event {
        SocketEvent::Market(MarketMessage::Instruments(message)) => Some(message.clone()),
        _ => None,
    };
    let message = suite.wait(wire, "instruments", instruments).await;
    assert!(message.refused.is_empty() && message.pairs.len() == told.pairs.len());
    for info in &told.pairs {
        let same = message.pairs.iter().find(|other| other.pair == info.pair);
        let same = same.expect("every pair is in both");
        assert_eq!((same.price_increment, same.quantity_increment), (info.tick, info.lot));
        assert_eq!((same.quantity_min, same.cost_min), (info.quantity_min, info.cost_min));
        assert_eq!(same.cost_precision, info.cost_decimals);
        assert_eq!(same.status.as_text(), "online");
    }
    for asset in ["BTC", "ETH", "USD", "EUR"] {
        assert!(message.assets.iter().any(|entry| entry.asset.as_str() == asset), "{asset}");
    }
}
