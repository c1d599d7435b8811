//! Records, ledger and the matching tell one story, whatever clients do.

use std::collections::BTreeMap;

use proptest::prelude::*;
use trading_types::{FeeCurrency, SelfTradePrevention, TimeInForce};

use super::*;

/// Something a client or the outside world does.
#[derive(Clone, Debug)]
enum Step {
    Place(AccountId, Box<PlaceRequest>),
    CancelOldest(AccountId),
    CancelAll(AccountId),
    AmendOldest(AccountId, i64, i64),
    EditOldest(AccountId, i64),
    Outside(Side, i64, i64),
    Transfer(AccountId, i64),
    Wait,
}

fn tens(count: i64) -> Price {
    Price::from_units(count * 10 * 10_i64.pow(10))
}

fn hundredths(count: i64) -> trading_types::Quantity {
    trading_types::Quantity::from_units(count * 1_000_000)
}

fn account() -> impl Strategy<Value = AccountId> {
    prop_oneof![Just(ALICE), Just(BOB)]
}

fn side() -> impl Strategy<Value = Side> {
    prop_oneof![Just(Side::Buy), Just(Side::Sell)]
}

prop_compose! {
    fn request()(
        side in side(),
        at_price in prop_oneof![Just(None), (4_980_i64..5_020).prop_map(Some)],
        amount in 1_i64..300,
        flags in 0_u8..32,
    ) -> PlaceRequest {
        let kind = at_price.map_or(OrderKind::Market, |tenth| {
            let price = tens(tenth);
            if flags & 0b1_0000 == 0 {
                OrderKind::Limit { price }
            } else {
                let displayed = hundredths((amount + 4) / 5);
                OrderKind::Iceberg { price, displayed }
            }
        });
        let mut request = order(side, kind, &hundredths(amount).to_string());
        let order = &mut request.order;
        order.fee_currency = if flags & 0b1 == 0 { FeeCurrency::Quote } else { FeeCurrency::Base };
        order.self_trade = if flags & 0b10 == 0 {
            SelfTradePrevention::CancelOldest
        } else {
            SelfTradePrevention::CancelNewest
        };
        if flags & 0b1100 == 0b0100 {
            order.time_in_force = TimeInForce::ImmediateOrCancel;
        }
        order.post_only = flags & 0b1100 == 0b1000 && at_price.is_some();
        request
    }
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        8 => (account(), request()).prop_map(|(account, request)| {
            Step::Place(account, Box::new(request))
        }),
        2 => account().prop_map(Step::CancelOldest),
        1 => account().prop_map(Step::CancelAll),
        2 => (account(), 1_i64..400, 4_980_i64..5_020)
            .prop_map(|(account, amount, tenth)| Step::AmendOldest(account, amount, tenth)),
        1 => (account(), 4_980_i64..5_020)
            .prop_map(|(account, tenth)| Step::EditOldest(account, tenth)),
        4 => (side(), 4_980_i64..5_020, 1_i64..200)
            .prop_map(|(side, tenth, amount)| Step::Outside(side, tenth, amount)),
        1 => (account(), -5_i64..5).prop_map(|(account, amount)| Step::Transfer(account, amount)),
        1 => Just(Step::Wait),
    ]
}

fn oldest(venue: &Venue, account: AccountId) -> Option<OrderSelector> {
    venue.open_orders(account).next().map(|order| OrderSelector::Txid(order.txid))
}

/// Whether the counter of an account may refuse a cancel.
fn is_full(venue: &Venue, account: AccountId) -> bool {
    let level = venue.counter_level(account, btc_usd(), venue.now);
    Points::whole(180 - 9) < level
}

fn carry_out(venue: &mut Venue, step: Step, millis: u64) {
    let now = at(millis);
    match step {
        Step::Place(account, request) => drop(venue.place(account, &request, now)),
        Step::CancelOldest(account) => {
            if let Some(selector) = oldest(venue, account) {
                let canceled = venue.cancel(account, &selector, now);
                assert!(canceled.is_ok_and(|count| count == 1) || is_full(venue, account));
            }
        }
        Step::CancelAll(account) => drop(venue.cancel_all(account, now)),
        Step::AmendOldest(account, amount, tenth) => {
            let Some(selector) = oldest(venue, account) else { return };
            let request = AmendRequest {
                selector,
                quantity: Some(hundredths(amount)),
                displayed: None,
                limit: Some(tens(tenth)),
                trigger: None,
                post_only: false,
                deadline: None,
            };
            drop(venue.amend(account, &request, now));
        }
        Step::EditOldest(account, tenth) => {
            let Some(selector) = oldest(venue, account) else { return };
            let request = EditRequest {
                selector,
                quantity: None,
                displayed: None,
                price: Some(tens(tenth)),
                secondary_price: None,
                post_only: None,
                userref: None,
                deadline: None,
                validate_only: false,
            };
            drop(venue.edit(account, &request, now));
        }
        Step::Outside(side, tenth, amount) => {
            let (at_price, traded) = (tens(tenth).to_string(), hundredths(amount).to_string());
            outside_trade(venue, side, &at_price, &traded, millis);
        }
        Step::Transfer(account, amount) => {
            let amount = Amount::from_units(i128::from(amount) * 10_i128.pow(18));
            drop(venue.transfer(account, (fixture::asset("BTC"), amount), now));
        }
        Step::Wait => venue.handle_timeout(now),
    }
}

/// The entries add up to the balances, and each entry says what there was after it.
fn check_ledger(venue: &Venue, account: AccountId) {
    let mut sums: BTreeMap<Asset, Amount> = BTreeMap::new();
    for entry in venue.ledger(account) {
        let sum = sums.entry(entry.asset).or_default();
        *sum = *sum + entry.amount - entry.fee;
        assert_eq!(*sum, entry.balance, "{entry:?}");
        assert_eq!(venue.ledger_entry(account, &entry.id).unwrap().balance, entry.balance);
    }
    let totals: BTreeMap<Asset, Amount> = venue
        .balances(account)
        .into_iter()
        .map(|(asset, balance)| (asset, balance.total))
        .collect();
    assert_eq!(sums, totals);
}

/// What an order has filled, cost and paid is the sum over its trades.
fn check_sums(venue: &Venue, order: &OrderRecord) {
    let trades: Vec<&TradeRecord> =
        order.trades.iter().map(|id| venue.trade(id).unwrap()).collect();
    let filled = trades.iter().map(|trade| trade.quantity).sum();
    assert_eq!(order.filled, filled);
    assert_eq!(order.cost, trades.iter().map(|trade| trade.cost).sum());
    assert_eq!(order.fees, trades.iter().map(|trade| trade.fee_value).sum());
    for trade in trades {
        assert_eq!((trade.order, trade.account), (order.txid, order.account));
        assert_eq!(trade.ledgers.len(), 2);
    }
}

/// Records and matching agree about what is open.
fn check_open(venue: &Venue, account: AccountId) {
    let open: Vec<&OrderRecord> = venue.open_orders(account).collect();
    assert_eq!(open.len(), venue.exchange.open_orders(account).count());
    assert_eq!(open.len(), venue.counters.orders_open((account, btc_usd())));
    for order in open {
        let known = venue.exchange.open_order(account, order.key).unwrap();
        assert_eq!((order.limit, order.filled), (known.limit(), known.filled()));
        assert_eq!(order.cost, known.cost());
        if order.order.fee_currency == FeeCurrency::Quote {
            assert_eq!(order.fees, known.fees());
        }
        assert!(order.state.is_live() && order.closed_at.is_none());
    }
}

/// Each order is told of from its beginning to its end, in order.
fn check_told(told: &[Execution]) {
    use ExecutionKind as Kind;
    let mut lives: BTreeMap<VenueOrderId, Vec<&Execution>> = BTreeMap::new();
    for execution in told {
        lives.entry(execution.order.txid).or_default().push(execution);
    }
    for life in lives.values() {
        assert_eq!(life[0].kind, Kind::PendingNew);
        let ends = |kind| matches!(kind, Kind::Filled | Kind::Canceled | Kind::Expired);
        let at_end = life.iter().position(|execution| ends(execution.kind));
        assert!(at_end.is_none_or(|at| at + 1 == life.len()), "nothing follows the end");
        let filled: Vec<_> = life.iter().map(|execution| execution.order.filled).collect();
        assert!(filled.is_sorted());
        for execution in life {
            assert_eq!(execution.trade.is_some(), execution.kind == Kind::Trade);
            assert_eq!(execution.order.state.is_live(), !ends(execution.kind));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn records_ledger_and_matching_tell_one_story(steps in prop::collection::vec(step(), 1..80)) {
        let settings = Settings { limits: LimitProfile::Documented, ..fixture::settings() };
        let mut venue = Venue::new(&settings, start());
        for (step, millis) in steps.into_iter().zip((0..).step_by(700)) {
            carry_out(&mut venue, step, millis);
        }
        for account in [ALICE, BOB] {
            check_ledger(&venue, account);
            check_open(&venue, account);
            for order in venue.open_orders(account).chain(venue.closed_orders(account)) {
                check_sums(&venue, order);
            }
            let closed: Vec<_> =
                venue.closed_orders(account).map(|order| order.closed_at.unwrap()).collect();
            prop_assert!(closed.is_sorted());
        }
        let told = executions(&mut venue);
        check_told(&told);
    }
}

#[test]
fn a_fee_is_taken_where_it_was_asked_for() {
    for (currency, fee_asset, fees) in
        [(FeeCurrency::Quote, "USD", ["100.01", "0"]), (FeeCurrency::Base, "BTC", ["0", "0.002"])]
    {
        let mut venue = venue();
        let mut request = order(Side::Buy, OrderKind::Market, "0.5");
        request.order.fee_currency = currency;
        let txid = place(&mut venue, ALICE, &request, 1);
        let trade = venue.trades(ALICE).next().unwrap();
        assert_eq!(trade.fee_asset, fixture::asset(fee_asset));
        assert_eq!(trade.fee_value, amount("100.01"), "in quote asset whatever it is taken in");
        assert_eq!(venue.order(&txid).unwrap().fees, amount("100.01"));
        let entries: Vec<&LedgerEntry> = venue.ledger(ALICE).rev().take(2).collect();
        let [base, quote] = entries.as_slice() else { panic!("{entries:?}") };
        assert_eq!((quote.amount, quote.fee), (amount("-25002.5"), amount(fees[0])));
        assert_eq!((base.amount, base.fee), (amount("0.5"), amount(fees[1])));
        assert!(entries.iter().all(|entry| entry.refid == trade.id));
    }
}

#[test]
fn the_past_is_capped() {
    use super::super::archive::PAST_MAX;
    let mut venue = venue();
    for _ in 0..PAST_MAX + 10 {
        let txid = place(&mut venue, ALICE, &limit(Side::Buy, "10000", "0.0001"), 0);
        venue.cancel(ALICE, &OrderSelector::Txid(txid), at(0)).unwrap();
        venue.notices.clear();
    }
    assert_eq!(venue.closed_orders(ALICE).count(), PAST_MAX);
}
