//! What answers say about balances, and what follows.

use std::{collections::BTreeMap, time::Duration};

use kraken_protocol::rest::{account::Balance, ledgers::LedgerPage, trades::TradesPage};
use trading_engine::BlockCause;
use trading_types::{AccountEvent, Timestamp};

use super::{
    Doubt, Look, MARGIN, OPENING_MARGIN, PAUSE_MAX, Reconciler, ReconcilerOutput,
    explaining::{Sorted, legs},
    run::{Step, Totals, differences, totals},
};
use crate::{
    books::Books,
    call::{Answer, CallFailure},
    history::{Came, NextPage, Reading},
    output::{AlertKind, Severity},
};

/// Rounds without an explanation after which a person is told.
const ROUNDS_MAX: u32 = 3;
/// The most entries of a history that are put together for one explanation.
const HISTORY_MAX: usize = 20_000;
/// Between the readings of an opening: more than what Kraken shows is old.
const OPENING_WAIT: Duration = Duration::from_secs(2);
/// The first wait after a failure; each further one is twice as long.
const PAUSE_MIN: Duration = Duration::from_secs(2);
const DOUBLINGS_MAX: u32 = 5;

impl Reconciler {
    pub(super) fn hear_orders(
        &mut self,
        result: Result<Answer, CallFailure>,
        books: &dyn Books,
        now: Timestamp,
    ) {
        let Ok(Answer::Orders(orders)) = result else {
            self.look = Look::Wanted;
            self.failed(now);
            return;
        };
        self.failures = 0;
        let own = orders.iter().filter_map(|order| {
            let id = order.our_id().filter(|id| books.has_order(*id))?;
            Some((order.id, id))
        });
        self.named = own.collect();
        let outputs = self.foreign.see_open(&orders, books);
        self.outputs.extend(outputs);
    }

    pub(super) fn hear(
        &mut self,
        sent: Timestamp,
        result: Result<Answer, CallFailure>,
        books: &dyn Books,
        now: Timestamp,
    ) {
        let Some(run) = &mut self.run else { return };
        match (&run.step, result) {
            (Step::Balances, Ok(Answer::Balances(balances))) => {
                self.failures = 0;
                self.hear_balances(&balances, sent, books, now);
            }
            (Step::Trades(..), Ok(Answer::Trades(page))) => {
                self.failures = 0;
                self.hear_trades(&page, sent, books, now);
            }
            (Step::Ledger(..), Ok(Answer::Ledger(page))) => {
                self.failures = 0;
                self.hear_ledger(&page, sent, books, now);
            }
            // A history that is refused will not explain anything.
            (
                Step::Trades(..) | Step::Ledger(..),
                Err(CallFailure::Refused(_) | CallFailure::Key(_)),
            ) => {
                self.failed(now);
                self.end_round(false, books, now);
            }
            (_, Ok(_) | Err(_)) => self.failed(now),
        }
    }

    fn failed(&mut self, now: Timestamp) {
        let wait = PAUSE_MIN * 2_u32.pow(self.failures.min(DOUBLINGS_MAX));
        self.paused_until = now + wait.min(PAUSE_MAX);
        self.failures += 1;
    }

    fn hear_balances(
        &mut self,
        balances: &[Balance],
        sent: Timestamp,
        books: &dyn Books,
        now: Timestamp,
    ) {
        let reading = self.reading(now);
        let Some(run) = &mut self.run else { return };
        let Some(theirs) = totals(balances).filter(|_| !run.is_void) else {
            run.again(now);
            return;
        };
        if !books.are_open() {
            self.open(theirs, sent, now);
            return;
        }
        if differences(&theirs, books).is_empty() {
            self.agreed(theirs, sent);
            return;
        }
        run.theirs = Some(theirs);
        run.step = Step::Trades(reading, BTreeMap::new());
    }

    /// The opening balances: what there is before and after the movements were read that are in
    /// them already. What Kraken shows may be old, so there is some time between the three: then
    /// the movements are those of a later moment than the first balances and of an earlier one
    /// than the last, and when these are equal, of the same.
    fn open(&mut self, theirs: Totals, sent: Timestamp, now: Timestamp) {
        let venue_now = self.clock.earliest(now).unwrap_or(now);
        let Some(run) = &mut self.run else { return };
        if run.opening.as_ref() == Some(&theirs) {
            self.agreed(theirs, sent);
        } else {
            run.opening = Some(theirs);
            run.from = now + OPENING_WAIT;
            let reading = Reading::back_to(venue_now - OPENING_MARGIN);
            run.step = Step::Ledger(reading, BTreeMap::new(), Vec::new());
        }
    }

    fn reading(&self, now: Timestamp) -> Reading {
        let since = self.accounted_to.unwrap_or_else(|| self.clock.earliest(now).unwrap_or(now));
        Reading::back_to(since - MARGIN)
    }

    fn hear_trades(
        &mut self,
        page: &TradesPage,
        sent: Timestamp,
        books: &dyn Books,
        now: Timestamp,
    ) {
        let again = self.reading(now);
        let Some(run) = &mut self.run else { return };
        let Step::Trades(reading, trades) = &mut run.step else { return };
        trades.extend(page.trades.iter().map(|trade| (trade.id, trade.clone())));
        match reading.came(Came::trades(sent, page), trades.len()) {
            NextPage::More if trades.len() < HISTORY_MAX => {}
            NextPage::More => self.end_round(false, books, now),
            NextPage::Torn => {
                run.step = Step::Trades(again, BTreeMap::new());
                self.failed(now);
            }
            NextPage::Complete(_) => {
                let trades = std::mem::take(trades);
                let sorted = Sorted::new(&trades, &self.named, books);
                self.take_trades(sorted, books, now);
            }
        }
    }

    /// Tells the fills that our books lack. If they are not the whole difference the ledger is
    /// read as well.
    fn take_trades(&mut self, sorted: Sorted, books: &dyn Books, now: Timestamp) {
        let reading = self.reading(now);
        let Some(run) = &mut self.run else { return };
        let Some(theirs) = &run.theirs else { return };
        let mut rest = differences(theirs, books);
        for (asset, change) in sorted.missing.iter().flat_map(legs) {
            let left = rest.entry(asset).or_default();
            *left -= change;
        }
        let is_progress = !sorted.missing.is_empty();
        let told = sorted.missing.into_iter().map(AccountEvent::Traded);
        self.outputs.extend(told.map(ReconcilerOutput::Tell));
        if is_progress {
            run.rounds = 0;
        }
        if is_progress && rest.values().all(|left| left.is_zero()) {
            self.end_round(true, books, now);
        } else {
            run.step = Step::Ledger(reading, BTreeMap::new(), sorted.foreign);
        }
    }

    fn hear_ledger(
        &mut self,
        page: &LedgerPage,
        sent: Timestamp,
        books: &dyn Books,
        now: Timestamp,
    ) {
        let again = self.reading(now);
        let Some(run) = &mut self.run else { return };
        let Step::Ledger(reading, entries, foreign) = &mut run.step else { return };
        entries.extend(page.entries.iter().map(|entry| (entry.id, entry.clone())));
        let newest = page.entries.iter().map(|entry| entry.time).max();
        let came = Came { sent, length: page.entries.len(), count: page.count, newest };
        match reading.came(came, entries.len()) {
            NextPage::More if entries.len() < HISTORY_MAX => return,
            NextPage::More => {
                self.end_round(false, books, now);
                return;
            }
            NextPage::Torn => {
                run.step = match run.opening {
                    Some(_) => Step::Balances,
                    None => Step::Ledger(again, BTreeMap::new(), std::mem::take(foreign)),
                };
                self.failed(now);
                return;
            }
            NextPage::Complete(_) => {}
        }
        let (entries, foreign) = (std::mem::take(entries), std::mem::take(foreign));
        if run.opening.is_some() {
            run.step = Step::Balances;
            run.from = now + OPENING_WAIT;
            let outputs = self.explained.take_opening(&entries);
            self.outputs.extend(outputs);
            return;
        }
        let mut is_progress = false;
        for trade in &foreign {
            let moved = self.explained.foreign_trade(trade, &entries);
            if !moved.is_empty() {
                is_progress = true;
                self.outputs.extend(moved);
                let outputs = self.foreign.see_trade(trade);
                self.outputs.extend(outputs);
            }
        }
        let mut moved = self.explained.movements(&entries);
        moved.extend(self.explained.fees(&entries, books));
        is_progress |= !moved.is_empty();
        self.outputs.extend(moved);
        self.end_round(is_progress, books, now);
    }

    /// Compares again after a while; a person is told when round after round explained nothing.
    fn end_round(&mut self, is_progress: bool, books: &dyn Books, now: Timestamp) {
        let Some(run) = &mut self.run else { return };
        if run.opening.is_some() {
            run.again(now);
            return;
        }
        run.rounds = if is_progress { 0 } else { run.rounds + 1 };
        let is_hopeless = ROUNDS_MAX <= run.rounds && !run.is_void;
        let theirs = run.theirs.take();
        run.again(now);
        if let Some(theirs) = theirs.filter(|_| is_hopeless) {
            self.give_up(&theirs, books);
        }
    }

    /// Nobody can say why the balances differ. It is tried on, every minute.
    fn give_up(&mut self, theirs: &Totals, books: &dyn Books) {
        let differences = differences(theirs, books);
        if differences.is_empty() || self.doubt == Doubt::Told(differences.clone()) {
            return;
        }
        let each = differences.iter().map(|(asset, more)| format!("{more} {asset}"));
        let text = format!(
            "the venue has more than our books by {} and nothing explains it: look at the \
             account's ledger; nothing is opened until the balances agree",
            each.collect::<Vec<_>>().join(", "),
        );
        let cause = BlockCause::UnexplainedBalance;
        let (kind, severity) = (AlertKind::UnexplainedBalance, Severity::Critical);
        let told = AccountEvent::Balances(theirs.iter().map(|(a, b)| (*a, *b)).collect());
        self.outputs.extend([
            ReconcilerOutput::Tell(told),
            ReconcilerOutput::Block { cause, pair: None },
            ReconcilerOutput::Alert { kind, severity, text },
        ]);
        self.doubt = Doubt::Told(differences);
    }
}
