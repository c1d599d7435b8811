//! The end of a run: the faults have stopped, and everything has to fit to the last unit.

use std::collections::{BTreeMap, BTreeSet};

use bot_machine::output::Stage;
use simulated_kraken::Fault;
use trading_engine::BlockCause;
use trading_types::{Amount, Asset, TradeId, VenueOrderId};

use super::{Checker, Look};
use crate::tally::Tally;

/// Where the bot is when the faults have stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// It trades.
    Ready,
    /// It is halted, and says why.
    Halted,
    /// It is neither yet.
    NotYet,
}

impl Checker {
    /// Where the bot is. I-40 is the caller's, who knows how long it had.
    pub(crate) fn ending(&self, look: &Look<'_>) -> Ending {
        let Some(bot) = look.bot else { return Ending::NotYet };
        if bot.engine().halted().is_some() {
            return Ending::Halted;
        }
        // What was undone after the fact cannot be explained by anybody: it stays blocked.
        let mut blocks = bot.engine().blocks();
        let is_in_doubt = blocks.any(|(cause, _)| cause == BlockCause::UnexplainedBalance);
        if is_in_doubt && self.is_on(Fault::TradeBust) {
            return Ending::Halted;
        }
        match self.last_stage() {
            Some(Stage::Ready) if bot.unknown_orders() == 0 => Ending::Ready,
            _ => Ending::NotYet,
        }
    }

    /// I-40.
    pub(crate) fn never_came_back(&mut self, look: &Look<'_>) {
        let stage = self.last_stage().cloned();
        let unknown = look.bot.map(bot_machine::Bot::unknown_orders);
        let blocks: Vec<_> = look.bot.iter().flat_map(|bot| bot.engine().blocks()).collect();
        self.broke("I-40", format!("it is at {stage:?}, {unknown:?} unknown, blocks {blocks:?}"));
    }

    /// After the faults stopped and the bot came back: what is open is known to it.
    pub(crate) fn check_open(&mut self, look: &Look<'_>) {
        let Some(bot) = look.bot else { return };
        for order in look.kraken.true_open_orders(0) {
            let Some(id) = self.ours(&order) else { continue };
            if bot.engine().live_order(id).is_none() {
                self.broke("I-9", format!("{id} is open at the venue, and the bot knows nothing"));
            }
        }
        for live in bot.engine().live_orders() {
            let id = live.request.id;
            let is_there =
                look.kraken.true_open_orders(0).iter().any(|it| self.ours(it) == Some(id));
            if !is_there && live.state.is_on_the_book() {
                self.broke("I-9", format!("the bot takes {id} for open, and it is not"));
            }
        }
    }

    /// After the last halt: nothing is open, nothing can be sold. I-34.
    pub(crate) fn check_flat(&mut self, look: &Look<'_>, tally: &mut Tally) {
        let open = look.kraken.true_open_orders(0);
        if let Some(id) = open.iter().find_map(|order| self.ours(order)) {
            self.broke("I-34", format!("{id} is open after a halt"));
        }
        let Some(bot) = look.bot else { return };
        if !bot.is_halt_verified() {
            self.broke("I-34", "the halt is not verified".to_owned());
        }
        if let Some(live) = bot.engine().live_orders().next() {
            let (id, state) = (live.request.id, live.state);
            self.broke("I-34", format!("the bot takes {id} for {state:?} after a halt"));
        }
        let rules: Vec<_> = self.rules.values().cloned().collect();
        for rules in rules {
            let held = bot.engine().position(rules.pair).map(trading_engine::Position::sellable);
            let held = held.unwrap_or_default().floor_to(rules.lot);
            let price = look.kraken.true_quote(rules.pair).map(|quote| quote.bid.price);
            let worth = price.map_or(Amount::ZERO, |price| price * held);
            // Four times the minimum: fees, steps and a price that moves.
            let minimum = rules.cost_min + rules.cost_min + rules.cost_min + rules.cost_min;
            if held < rules.quantity_min || worth <= minimum || self.is_on(Fault::PairChange) {
                continue;
            }
            if self.residual.contains(&rules.pair) {
                tally.count("residual_named");
            } else {
                self.broke("I-34", format!("{held} of {} is held after a halt", rules.pair));
            }
        }
        tally.count("halt_drill");
    }

    /// I-7 to I-11, I-30, I-42: both ledgers and the venue, to the last unit.
    pub(crate) fn check_books(&mut self, look: &Look<'_>, tally: &mut Tally) {
        let Some(bot) = look.bot else { return };
        if !self.mirror.is_open() {
            tally.count("never_opened");
            return;
        }
        let engine: BTreeMap<Asset, Amount> = bot.engine().balances().collect();
        let mirror = self.mirror.ledger().clone();
        if let Some(what) = differs(&mirror, &engine) {
            self.broke("I-8", format!("the second ledger and the engine's: {what}"));
        }
        self.check_trades(look);
        let venue = look.kraken.true_balances(0);
        let is_in_doubt = bot.engine().blocks().any(|(cause, _)| {
            matches!(cause, BlockCause::UnexplainedBalance | BlockCause::ForeignActivity)
        });
        match differs(&engine, &venue) {
            None => tally.count("balances_equal"),
            // What was undone after the fact cannot be explained by anybody; trading is blocked.
            Some(_) if is_in_doubt && self.is_on(Fault::TradeBust) => {
                tally.count("balances_in_doubt");
            }
            Some(what) => self.broke("I-9", format!("the ledger and the venue: {what}")),
        }
    }

    fn check_trades(&mut self, look: &Look<'_>) {
        let names: BTreeSet<VenueOrderId> = self.names_at_venue();
        let (ours, foreign): (Vec<_>, Vec<_>) =
            look.kraken.true_trades(0).partition(|trade| names.contains(&trade.order));
        let told: BTreeSet<TradeId> = self.mirror.trades().keys().copied().collect();
        let true_ids: BTreeSet<TradeId> = ours.iter().map(|trade| trade.id).collect();
        if let Some(id) = told.difference(&true_ids).next()
            && !self.is_on(Fault::TradeBust)
        {
            self.broke("I-11", format!("trade {id} is in the ledger, and the venue has none"));
        }
        if let Some(id) = true_ids.difference(&told).next() {
            self.broke("I-9", format!("trade {id} is not in the ledger"));
        }
        for trade in &foreign {
            if !self.mirror.explained().contains(trade.id.as_str()) {
                self.broke("I-42", format!("the foreign trade {} is not explained", trade.id));
            }
        }
        let unexplained = look
            .kraken
            .true_moves(0)
            .filter(|moved| setup_begins(moved.time))
            .find(|moved| !self.mirror.explained().contains(moved.id.as_str()));
        if let Some(moved) = unexplained {
            self.broke("I-30", format!("{moved:?} is not explained"));
        }
        for trade in ours {
            let Some(fill) = self.mirror.trades().get(&trade.id) else { continue };
            let is_equal = (fill.quantity, fill.cost) == (trade.quantity, trade.cost);
            // REST does not say in which asset a fee was taken; the ledger did, then.
            let is_fee_known =
                is_same_fee((fill.fee, fill.fee_asset), (trade.fee, trade.fee_asset))
                    || self.mirror.explained().contains(trade.id.as_str());
            if !is_equal || !is_fee_known {
                self.broke("I-7", format!("trade {} was {trade:?}, told as {fill:?}", trade.id));
            }
        }
    }
}

/// Whether two fees move the same. Nothing is the same in any asset: Kraken tells fees in quote
/// asset, whatever they were taken in, and where nothing was taken no balance says otherwise.
fn is_same_fee(told: (Amount, Asset), taken: (Amount, Asset)) -> bool {
    told == taken || (told.0.is_zero() && taken.0.is_zero())
}

/// Whether something happened after the account was opened.
fn setup_begins(time: trading_types::Timestamp) -> bool {
    crate::setup::beginning() < time
}

/// The first asset of which there are two opinions.
fn differs(one: &BTreeMap<Asset, Amount>, other: &BTreeMap<Asset, Amount>) -> Option<String> {
    let assets: BTreeSet<Asset> = one.keys().chain(other.keys()).copied().collect();
    let of = |balances: &BTreeMap<Asset, Amount>, asset| {
        balances.get(&asset).copied().unwrap_or_default()
    };
    let found = assets.into_iter().find(|asset| of(one, *asset) != of(other, *asset))?;
    Some(format!("{} {found} and {} {found}", of(one, found), of(other, found)))
}

#[cfg(test)]
mod tests;
