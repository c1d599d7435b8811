//! Every endpoint that our client can name: its answer is understood, and agrees with what was
//! done.

use std::collections::BTreeSet;

use kraken_protocol::{
    Request,
    limits::TradingAction,
    request::Page,
    rest::{
        account, ledgers, market,
        orders::{self, Order},
        placing, trades,
    },
};
use trading_types::{
    Amendment, Amount, Asset, FeeSchedule, Interval, KrakenPairs, Liquidity, NewOrder, OrderKind,
    Rounding, Side, Timestamp, VenueOrderId, VenueStatus,
};

use crate::{
    line::{Key, Line},
    suite::{Suite, btc_usd, limit, price},
    world::World,
};

pub(crate) async fn metadata_tell_every_pair_with_its_rules<L: Line>() {
    let mut suite = Suite::<L>::start(World::still()).await;
    let result = suite.read(Request::asset_pairs()).await;
    let told = market::asset_pairs(&result).expect("pairs");
    let recorded = KrakenPairs::recorded();
    assert_eq!(told.pairs.len(), 3);
    for info in &told.pairs {
        let rules = recorded.rules(info.pair).expect("a pair of Kraken's");
        assert_eq!(info.rules(rules.fees.clone()), rules);
        let fees = [(&info.taker_fees, Liquidity::Taker), (&info.maker_fees, Liquidity::Maker)];
        for (told, liquidity) in fees {
            let tiers = FeeSchedule::kraken_spot();
            assert_eq!(told.len(), tiers.tiers().len());
            assert!(told.iter().all(|(volume, fee)| *fee == tiers.rate(*volume, liquidity)));
        }
        for spelling in [Some(&info.id), Some(&info.altname), info.wsname.as_ref()] {
            assert_eq!(suite.names.pair(spelling.expect("all three")), Some(info.pair));
        }
    }
    let result = suite.read(Request::assets()).await;
    let assets = market::assets(&result).expect("assets");
    for asset in ["BTC", "ETH", "USD", "EUR"] {
        let wanted: Asset = asset.parse().expect("an asset");
        let same = |id: &str| suite.names.asset(id) == Some(wanted);
        assert!(assets.iter().any(|asset| same(&asset.id) && same(&asset.altname)), "{asset}");
    }
}

pub(crate) async fn every_public_endpoint_is_understood<L: Line>() {
    let mut suite = Suite::<L>::start(World::still()).await;
    let name = suite.name();
    let begin = suite.time().await;
    let status = suite.read(Request::system_status()).await;
    let status = market::system_status(&status).expect("a status");
    assert_eq!((status.status, status.word.as_str()), (VenueStatus::Online, "online"));
    for pairs in [&[][..], &[name]] {
        let result = suite.read(Request::ticker(pairs)).await;
        let tickers = market::tickers(&result, &suite.names).expect("tickers");
        assert_eq!(tickers.len(), if pairs.is_empty() { 3 } else { 1 });
        let (_, ticker) = tickers.iter().find(|(pair, _)| *pair == btc_usd()).expect("BTC/USD");
        assert!(ticker.quote.is_sane() && ticker.today.trades <= ticker.day.trades, "{ticker:?}");
    }
    for minutes in [1, 5, 15, 30, 60, 240, 1_440, 10_080] {
        let interval = Interval::from_minutes(minutes).expect("a length of Kraken's");
        let request = Request::candles(name, interval, None).expect("Kraken has them");
        let result = suite.read(request).await;
        let candles = market::candles(&result, &suite.names).expect("candles");
        assert_eq!((candles.pair, candles.closed.len()), (Some(btc_usd()), 720), "{minutes}");
        assert!(candles.running.is_some(), "{minutes}");
        let starts = candles.closed.windows(2).map(|two| two[1].start.since(two[0].start));
        assert!(starts.into_iter().all(|step| step == interval.duration()), "{minutes}");
    }
    let result = suite.read(Request::depth(name, 10).expect("so many")).await;
    let depth = market::depth(&result, &suite.names).expect("a book");
    assert_eq!((depth.bids.len(), depth.asks.len()), (10, 10));
    assert!(depth.bids[0].price < depth.asks[0].price && depth.bids[1].price < depth.bids[0].price);
    let result = suite.read(Request::spreads(name, None)).await;
    let spreads = market::spreads(&result, &suite.names).expect("spreads");
    assert!(spreads.rows.iter().all(|row| row.bid < row.ask));
    assert!(begin <= suite.time().await);
}

pub(crate) async fn every_private_endpoint_is_understood<L: Line>() {
    let mut suite = Suite::<L>::start(World::still()).await;
    let resting = suite.order(Side::Buy, limit("40000"), "0.01");
    let bought = suite.order(Side::Buy, OrderKind::Market, "0.5");
    let sold = suite.order(Side::Sell, OrderKind::Market, "1.5");
    let mut names = Vec::new();
    for order in [&resting, &bought, &sold] {
        names.extend(suite.placed(Key::Trade, order).await.orders);
    }
    let limit = Some(price("41000"));
    let amend = Amendment { order: resting.id, quantity: None, limit, trigger: None };
    let amend = Request::amend_order(&amend.into(), btc_usd()).expect("a change");
    let action = Some(TradingAction::Amend(resting.id));
    suite.line.call(Key::Trade, amend, action).await.result();

    check_orders(&mut suite, &names, [&resting, &bought, &sold]).await;
    let trades = check_trades(&mut suite).await;
    check_money(&mut suite, &trades).await;
    check_the_rest(&mut suite).await;
}

async fn check_orders<L: Line>(
    suite: &mut Suite<L>,
    names: &[VenueOrderId],
    [resting, bought, sold]: [&NewOrder; 3],
) {
    let open = suite.open_orders().await;
    assert_eq!(open.iter().map(Order::our_id).collect::<Vec<_>>(), [Some(resting.id)]);
    let result = suite.read(Request::closed_orders(None, &Page::default())).await;
    let closed = orders::closed_orders(&result, &suite.names).expect("orders");
    assert_eq!(closed.count, Some(2));
    let ids: BTreeSet<_> = closed.orders.iter().map(Order::our_id).collect();
    assert_eq!(ids, BTreeSet::from([Some(bought.id), Some(sold.id)]));
    let result = suite.read(Request::query_orders(names).expect("three")).await;
    let queried = orders::query_orders(&result, &suite.names).expect("orders");
    assert_eq!(queried.len(), 3);
    for order in closed.orders.iter().chain(&open) {
        let same = queried.iter().find(|other| other.id == order.id).expect("it was asked for");
        assert_eq!((same.status.clone(), same.executed), (order.status.clone(), order.executed));
        assert_eq!(same.trades, order.trades);
    }
    let result = suite.read(Request::order_amends(names[0])).await;
    let amends = orders::order_amends(&result).expect("changes");
    let kinds: Vec<_> = amends.iter().map(|amend| (amend.kind.as_str(), amend.limit)).collect();
    assert_eq!(kinds, [("original", Some(price("40000"))), ("user", Some(price("41000")))]);
}

/// The trades of half a bitcoin bought and one and a half sold over two levels.
async fn check_trades<L: Line>(suite: &mut Suite<L>) -> Vec<trades::AccountTrade> {
    let result = suite.read(Request::trades_history(&Page::default())).await;
    let page = trades::trades_history(&result, &suite.names).expect("trades");
    assert_eq!((page.count, page.trades.len()), (Some(3), 3));
    let schedule = FeeSchedule::kraken_spot();
    for trade in &page.trades {
        assert_eq!(trade.pair, Some(btc_usd()));
        assert_eq!(trade.liquidity, Some(Liquidity::Taker));
        assert_eq!(trade.cost, trade.price * trade.quantity);
        // The first trades lift the account to the third tier.
        let tiers = schedule.tiers().iter().map(|tier| trade.cost.times(tier.taker, Rounding::Up));
        assert!(tiers.take(3).any(|fee| fee == trade.fee), "{trade:?}");
    }
    let ids: Vec<_> = page.trades.iter().map(|trade| trade.id).collect();
    let result = suite.read(Request::query_trades(&ids).expect("three")).await;
    let mut queried = trades::query_trades(&result, &suite.names).expect("trades");
    let mut told = page.trades.clone();
    queried.sort_by_key(|trade| trade.id);
    told.sort_by_key(|trade| trade.id);
    assert_eq!(queried, told);
    page.trades
}

async fn check_money<L: Line>(suite: &mut Suite<L>, trades: &[trades::AccountTrade]) {
    let balance = suite.read(Request::balance()).await;
    let balance = account::balance(&balance, &suite.names).expect("balances");
    let extended = suite.read(Request::balance_ex()).await;
    let extended = account::balance_ex(&extended, &suite.names).expect("balances");
    for asset in ["USD", "BTC", "ETH", "EUR"] {
        let asset: Asset = asset.parse().expect("an asset");
        let of = |all: &[account::Balance]| all.iter().find(|it| it.asset == asset).cloned();
        let (plain, full) = (of(&balance).expect("it is there"), of(&extended).expect("so it is"));
        assert_eq!(plain.total, full.total, "{asset}");
        assert_eq!(full.held.is_positive(), asset.as_str() == "USD", "{asset}");

        let result = suite.read(Request::ledgers(Some(asset), &Page::default())).await;
        let page = ledgers::ledgers(&result, &suite.names).expect("entries");
        assert!(page.entries.iter().all(|entry| entry.asset == asset));
        let sum = page.entries.iter().fold(Amount::ZERO, |sum, it| sum + it.amount - it.fee);
        assert_eq!(sum, full.total, "{asset}");
        let of_trades = page.entries.iter().filter(|entry| entry.kind == "trade");
        let references: BTreeSet<_> = of_trades.map(|entry| entry.reference.clone()).collect();
        if ["USD", "BTC"].contains(&asset.as_str()) {
            assert_eq!(references, trades.iter().map(|trade| trade.id.to_string()).collect());
        }
        let ids: Vec<_> = page.entries.iter().map(|entry| entry.id).collect();
        let result = suite.read(Request::query_ledgers(&ids).expect("a few")).await;
        let queried = ledgers::query_ledgers(&result, &suite.names).expect("entries");
        assert_eq!(queried.len(), page.entries.len());
    }
}

async fn check_the_rest<L: Line>(suite: &mut Suite<L>) {
    let name = suite.name();
    let result = suite.read(Request::trade_volume(&[name])).await;
    let volume = account::trade_volume(&result, &suite.names).expect("a volume");
    assert_eq!(volume.fees.len(), 1);
    let schedule = FeeSchedule::kraken_spot();
    let fees = &volume.fees[0];
    assert_eq!(fees.pair, Some(btc_usd()));
    assert_eq!(fees.taker, schedule.rate(volume.volume, Liquidity::Taker));
    assert_eq!(fees.maker, schedule.rate(volume.volume, Liquidity::Maker));
    assert!("90000".parse::<Amount>().expect("an amount") < volume.volume);
    let result = suite.read(Request::trade_balance(None)).await;
    let worth = account::trade_balance(&result).expect("a balance");
    assert!(worth.equivalent.is_positive());
    let result = suite.read(Request::socket_token()).await;
    let token = placing::socket_token(&result).expect("a token");
    assert_eq!(token.valid_for.as_secs(), 900);
}

/// So many orders that no history fits on a page.
const MANY: u32 = 60;

pub(crate) async fn histories_come_in_pages<L: Line>() {
    let mut suite = Suite::<L>::start(World::still()).await;
    for _ in 0..MANY {
        let order = suite.order(Side::Sell, OrderKind::Market, "0.001");
        suite.placed(Key::Trade, &order).await;
    }
    let mut seen = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for offset in [0, 50, 100, 150] {
        let page = Page { offset, ..Page::default() };
        let result = suite.read(Request::closed_orders(None, &page)).await;
        let told = orders::closed_orders(&result, &suite.names).expect("orders");
        assert!(told.count == Some(MANY.into()) && told.orders.len() <= 50);
        seen.0.extend(told.orders.iter().map(|order| order.id));
        let result = suite.read(Request::trades_history(&page)).await;
        let told = trades::trades_history(&result, &suite.names).expect("trades");
        assert!(told.count == Some(MANY.into()) && told.trades.len() <= 50);
        seen.1.extend(told.trades.iter().map(|trade| trade.id));
        let result = suite.read(Request::ledgers(None, &page)).await;
        let told = ledgers::ledgers(&result, &suite.names).expect("entries");
        assert!(told.entries.len() <= 50);
        seen.2.extend(told.entries.iter().map(|entry| entry.id));
    }
    // Two entries for each trade, and one for each asset that the account began with.
    assert_eq!((seen.0.len(), seen.1.len(), seen.2.len()), (60, 60, 124));
    // A page of what happened before the account traded is empty of trades.
    let until = Some(Timestamp::from_seconds(1_000_000_000).expect("long ago"));
    let page = Page { until, ..Page::default() };
    let result = suite.read(Request::trades_history(&page)).await;
    let told = trades::trades_history(&result, &suite.names).expect("trades");
    assert!(told.trades.is_empty(), "{told:?}");
}
