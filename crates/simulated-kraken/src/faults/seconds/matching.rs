//! What happens by itself to accounts, orders and trades, and to what the venue takes.

use std::time::Duration;

use exchange_simulator::AccountId;
use trading_types::{
    Amount, ClientOrderId, FeeSchedule, Fraction, MarketEvent, NewOrder, OrderKind, OrderQuantity,
    Pair, PairRules, Price, Quantity, Rounding, Side, Trade, TradeId, VenueOrderId, VenueStatus,
};

use super::{MINUTE, Stage};
use crate::{
    faults::{Act, Fault},
    venue::{
        records::{LedgerKind, OrderRecord},
        requests::{OrderSelector, PlaceRequest},
    },
};

/// How long maintenance lasts, and each of the two steps of the way back.
const MAINTENANCE: Duration = Duration::from_mins(10);
const WAY_BACK: Duration = Duration::from_mins(2);

impl Stage<'_> {
    pub(super) fn begin_maintenance(&mut self) -> bool {
        if self.world.venue.status() != VenueStatus::Online {
            return false;
        }
        self.world.venue.set_status(VenueStatus::Maintenance, self.now);
        let back = [
            (MAINTENANCE, VenueStatus::CancelOnly),
            (MAINTENANCE + WAY_BACK, VenueStatus::PostOnly),
            (MAINTENANCE + 2 * WAY_BACK, VenueStatus::Online),
        ];
        for (after, status) in back {
            self.world.faults.agenda.note(self.now + after, Act::Status(status));
        }
        true
    }

    pub(super) fn flap_status(&mut self) -> bool {
        let status = match self.world.venue.status() {
            VenueStatus::Online => VenueStatus::CancelOnly,
            VenueStatus::CancelOnly => VenueStatus::Online,
            VenueStatus::PostOnly | VenueStatus::LimitOnly | VenueStatus::Maintenance => {
                return false;
            }
        };
        self.world.venue.set_status(status, self.now);
        true
    }

    /// While no one listens, somebody trades at the price for which a stop waits.
    pub(super) fn wake_stop(&mut self) -> bool {
        if 0 < self.wire.open().len() {
            return false;
        }
        let waiting: Vec<OrderRecord> = self
            .live_orders()
            .into_iter()
            .filter(|order| order.order.kind.waits_for_trigger() && !order.is_triggered)
            .filter(|order| order.trigger.is_some())
            .collect();
        let pair = |order: &OrderRecord| order.pair().to_string();
        let Some(order) = self.one_of(Fault::OfflineTrigger, &waiting, pair) else { return false };
        let pair = order.pair();
        let (Some(price), Some(rules)) = (order.trigger, self.world.venue.rules(pair)) else {
            return false;
        };
        let quantity = rules.quantity_min;
        let falls = self.world.venue.last_price(pair).is_some_and(|last| price < last);
        let taker_side = if falls { Side::Sell } else { Side::Buy };
        let trade = Trade { time: self.now, price, quantity, taker_side };
        self.world.venue.hear(&MarketEvent::Trade { pair, trade }, self.now);
        true
    }

    /// Somebody else has the account too: places far away, cancels, or trades.
    pub(super) fn act_as_another(&mut self) -> bool {
        let Some(account) = self.some_account(Fault::OtherActor) else { return false };
        match self.how(Fault::OtherActor).below(3) {
            0 => self.cancel_as_another(account) || self.place_as_another(account, true),
            1 => self.place_as_another(account, false),
            _ => self.place_as_another(account, true),
        }
    }

    fn cancel_as_another(&mut self, account: AccountId) -> bool {
        let open: Vec<VenueOrderId> =
            self.world.venue.open_orders(account).map(|order| order.txid).collect();
        let Some(txid) = self.one_of(Fault::OtherActor, &open, |_| String::new()) else {
            return false;
        };
        self.world.venue.cancel(account, &OrderSelector::Txid(txid), self.now).is_ok()
    }

    fn place_as_another(&mut self, account: AccountId, trades: bool) -> bool {
        let pairs: Vec<Pair> = self.world.venue.pairs().collect();
        let Some(pair) = self.one_of(Fault::OtherActor, &pairs, Pair::to_string) else {
            return false;
        };
        let buys = self.how(Fault::OtherActor).below(2) == 0;
        let side = if buys { Side::Buy } else { Side::Sell };
        let (Some(rules), Some(last)) =
            (self.world.venue.rules(pair), self.world.venue.last_price(pair))
        else {
            return false;
        };
        let away = Fraction::from_basis_points(if buys { -1_000 } else { 1_000 });
        let price = last.moved_by(away, Rounding::Down).round_to(rules.tick, Rounding::Down);
        let kind = if trades { OrderKind::Market } else { OrderKind::Limit { price } };
        let worth = rules.cost_min.quantity_at(price).floor_to(rules.lot);
        let quantity = OrderQuantity::Base(rules.quantity_min.max(worth + worth));
        let order = NewOrder::new(ClientOrderId::new(0, 0), pair, side, kind, quantity);
        let request = PlaceRequest { order, client_id: None, userref: None, validate_only: false };
        self.world.venue.place(account, &request, self.now).is_ok()
    }

    /// Money comes, goes, is earned or corrected: a thousandth of a balance.
    pub(super) fn move_money(&mut self) -> bool {
        let Some(account) = self.some_account(Fault::ExternalMove) else { return false };
        let balances = self.world.venue.balances(account);
        let asset =
            |balance: &(trading_types::Asset, exchange_simulator::Balance)| balance.0.to_string();
        let Some((asset, balance)) = self.one_of(Fault::ExternalMove, &balances, asset) else {
            return false;
        };
        let amount = Amount::from_units(balance.total.units() / 1_000);
        if !amount.is_positive() {
            return false;
        }
        let (kind, amount) = match self.how(Fault::ExternalMove).below(5) {
            0 => (LedgerKind::Deposit, amount),
            1 => (LedgerKind::Withdrawal, -amount),
            2 => (LedgerKind::Earn, amount),
            3 => (LedgerKind::Adjustment, amount),
            _ => (LedgerKind::Adjustment, -amount),
        };
        self.world.venue.transfer_as(account, kind, (asset, amount), self.now).is_ok()
    }

    /// Fees rise, vanish, become a rebate for makers, or are taken in the other asset for ten
    /// minutes.
    pub(super) fn change_fees(&mut self) -> bool {
        let (taker, maker) = match self.how(Fault::FeeChange).below(4) {
            0 => (60, 40),
            1 => (0, 0),
            2 => (40, -2),
            _ => {
                self.world.faults.conditions.swap_fee_asset(self.now + 10 * MINUTE);
                return true;
            }
        };
        let points = Fraction::from_basis_points;
        let fees = FeeSchedule::flat(points(taker), points(maker));
        self.world.venue.set_fees(&fees, self.now);
        true
    }

    /// A step or a minimum of a pair becomes ten times what it was, or what it was once more; or
    /// the pair alone takes only cancels for a minute.
    pub(super) fn change_pair(&mut self) -> bool {
        let pairs: Vec<Pair> = self.world.venue.pairs().collect();
        let Some(pair) = self.one_of(Fault::PairChange, &pairs, Pair::to_string) else {
            return false;
        };
        let form = self.how(Fault::PairChange).below(4);
        if form == 3 {
            self.world.venue.set_pair_status(pair, VenueStatus::CancelOnly, self.now);
            let back = Act::PairStatus(pair, VenueStatus::Online);
            self.world.faults.agenda.note(self.now + MINUTE, back);
            return true;
        }
        let markets = &self.world.settings.markets;
        let Some(first) = markets.iter().map(|market| &market.rules).find(|it| it.pair == pair)
        else {
            return false;
        };
        let rules = match self.world.venue.rules(pair) {
            Some(rules) if rules_differ(rules, first) => PairRules {
                tick: first.tick,
                lot: first.lot,
                quantity_min: first.quantity_min,
                ..rules.clone()
            },
            Some(rules) => tenfold(rules, form),
            None => return false,
        };
        self.world.venue.set_rules(&rules, self.now);
        true
    }

    /// An order expires, or is canceled without anybody having asked.
    pub(super) fn end_order(&mut self) -> bool {
        let live = self.live_orders();
        let pair = |order: &OrderRecord| order.pair().to_string();
        let Some(order) = self.one_of(Fault::OrderEnded, &live, pair) else { return false };
        let (venue, now) = (&mut self.world.venue, self.now);
        match self.world.faults.how(Fault::OrderEnded).below(3) {
            0 => venue.expire(&order.txid, now).is_ok(),
            1 => venue.cancel_by_venue(&order.txid, "Post only order", now).is_ok(),
            _ => venue.cancel_by_venue(&order.txid, "Self trade prevention", now).is_ok(),
        }
    }

    /// The newest trade that can be is taken back.
    pub(super) fn bust_trade(&mut self) -> bool {
        let accounts = self.accounts();
        let newest = |account: AccountId| {
            let trades = self.world.venue.trades(account).rev().take(10);
            trades.map(|trade| trade.id).collect::<Vec<_>>()
        };
        let recent: Vec<TradeId> = accounts.into_iter().flat_map(newest).collect();
        recent.iter().any(|id| self.world.venue.bust_trade(id, self.now).is_ok())
    }

    fn some_account(&mut self, fault: Fault) -> Option<AccountId> {
        let accounts = self.accounts();
        self.one_of(fault, &accounts, |_| String::new())
    }

    fn accounts(&self) -> Vec<AccountId> {
        let count = u32::try_from(self.world.settings.accounts.len()).expect("few accounts");
        (0..count).map(AccountId).collect()
    }

    fn live_orders(&self) -> Vec<OrderRecord> {
        let of_account = |account| self.world.venue.open_orders(account).cloned();
        self.accounts().into_iter().flat_map(of_account).collect()
    }
}

fn rules_differ(rules: &PairRules, first: &PairRules) -> bool {
    let numbers = |rules: &PairRules| (rules.tick, rules.lot, rules.quantity_min);
    numbers(rules) != numbers(first)
}

/// Rules with the tick, the lot or the minimum ten times as large.
fn tenfold(rules: &PairRules, which: u64) -> PairRules {
    let mut rules = rules.clone();
    match which {
        0 => rules.tick = Price::from_units(rules.tick.units() * 10),
        1 => rules.lot = Quantity::from_units(rules.lot.units() * 10),
        _ => rules.quantity_min = Quantity::from_units(rules.quantity_min.units() * 10),
    }
    rules
}
