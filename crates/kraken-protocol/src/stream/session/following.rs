//! What is wanted, and how far each of it has come: asked for, acknowledged, alive, broken.
//!
//! **Law.** What is wanted is asked for again, however it failed, with a back-off of its own; one
//! bad pair does not touch the others.

mod followed;

use std::{collections::BTreeMap, time::Duration};

use trading_types::Timestamp;

pub(super) use self::followed::Seen;
use self::followed::{Followed, Phase};
use super::{
    event::{ReconcileReason, SessionNote},
    settings::SessionSettings,
};
use crate::{
    chance::Chance,
    stream::subscription::{Ask, BookDepth, Level3Depth, Subscription, TickerTrigger},
};

/// What has to be told of a subscription.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// To the log.
    Note(SessionNote),
    /// To whoever keeps the picture of the account.
    Reconcile(ReconcileReason),
}

/// Every subscription that is wanted or has still to be taken back.
#[derive(Clone, Debug, Default)]
pub(super) struct Following {
    all: BTreeMap<Subscription, Followed>,
}

impl Following {
    /// Something is wanted from now on. What cannot live beside it is taken back.
    pub(super) fn want(&mut self, it: Subscription, every: Option<Duration>, now: Timestamp) {
        let excluded: Vec<Subscription> =
            self.all.keys().filter(|other| it.excludes(other)).copied().collect();
        for other in excluded {
            self.unwant(&other, now);
        }
        let followed = self.all.entry(it).or_insert_with(|| Followed::new(now));
        followed.is_wanted = true;
        followed.every = every;
    }

    /// Something is not wanted any more.
    pub(super) fn unwant(&mut self, it: &Subscription, now: Timestamp) {
        let Some(followed) = self.all.get_mut(it) else { return };
        if followed.unwant(now) {
            self.all.remove(it);
        }
    }

    /// The connection is gone: nothing is subscribed any more, and all that is wanted has to be
    /// asked for. Who was refused keeps waiting.
    pub(super) fn restart(&mut self, now: Timestamp) {
        self.all.retain(|_, followed| followed.is_wanted);
        for followed in self.all.values_mut() {
            followed.restart(now);
        }
    }

    /// Whether anything is subscribed, so that heartbeats flow.
    pub(super) fn flows(&self) -> bool {
        let flows = |phase: &Phase| {
            matches!(phase, Phase::Acknowledged { .. } | Phase::Live { .. } | Phase::Leaving { .. })
        };
        self.all.values().any(|followed| flows(&followed.phase))
    }

    /// Whether it is wanted.
    pub(super) fn wants(&self, it: &Subscription) -> bool {
        self.all.get(it).is_some_and(|followed| followed.is_wanted)
    }

    /// Whether it has been acknowledged and has shown its picture.
    pub(super) fn is_live(&self, it: &Subscription) -> bool {
        let phase = self.all.get(it).map(|followed| followed.phase);
        matches!(phase, Some(Phase::Live { .. }))
    }

    /// The next frame to send: taking back first, then asking in the order of importance.
    pub(super) fn due(
        &self,
        settings: &SessionSettings,
        now: Timestamp,
    ) -> Option<(Ask, Vec<Subscription>)> {
        if let Some(all) = self.frame(|it| it.may_leave(now), settings) {
            return Some((Ask::Unsubscribe, all));
        }
        self.frame(|it| it.may_ask(now), settings).map(|all| (Ask::Subscribe, all))
    }

    /// As many that are due as fit in the frame of the first.
    fn frame(
        &self,
        is_due: impl Fn(&Followed) -> bool,
        settings: &SessionSettings,
    ) -> Option<Vec<Subscription>> {
        let mut due =
            self.all.iter().filter(|(it, followed)| is_due(followed) && !self.is_excluded(it));
        let (first, followed) = due.next()?;
        let mut all = vec![*first];
        if followed.is_alone {
            return Some(all);
        }
        let mut points = first.level3_cost();
        for (it, followed) in due {
            points += it.level3_cost();
            if settings.pairs_per_frame <= all.len() || settings.level3_points < points {
                break;
            }
            if first.shares_frame(it) && !followed.is_alone {
                all.push(*it);
            }
        }
        Some(all)
    }

    /// Whether it cannot be asked for yet, because another depth of its pair is still there.
    fn is_excluded(&self, it: &Subscription) -> bool {
        let is_waiting = |followed: &Followed| matches!(followed.phase, Phase::Waiting { .. });
        let rivals = Self::all_forms(it).map(|(first, last)| self.all.range(first..=last));
        is_waiting(&self.all[it])
            && rivals
                .into_iter()
                .flatten()
                .any(|(other, followed)| it.excludes(other) && !is_waiting(followed))
    }

    /// The first and the last form in which the same channel of the same pair can be asked for,
    /// where there are several and only one can live.
    const fn all_forms(it: &Subscription) -> Option<(Subscription, Subscription)> {
        match *it {
            Subscription::Book { pair, .. } => Some((
                Subscription::Book { pair, depth: BookDepth::Ten },
                Subscription::Book { pair, depth: BookDepth::Thousand },
            )),
            Subscription::Level3 { pair, .. } => Some((
                Subscription::Level3 { pair, depth: Level3Depth::Ten },
                Subscription::Level3 { pair, depth: Level3Depth::Thousand },
            )),
            Subscription::Ticker { pair, .. } => Some((
                Subscription::Ticker { pair, trigger: TickerTrigger::Trades },
                Subscription::Ticker { pair, trigger: TickerTrigger::BestPrices },
            )),
            Subscription::Executions
            | Subscription::Balances
            | Subscription::Instruments
            | Subscription::Trades { .. }
            | Subscription::Candles { .. } => None,
        }
    }

    /// A frame has been sent.
    pub(super) fn sent(&mut self, ask: Ask, all: &[Subscription], now: Timestamp) {
        for it in all {
            let followed = self.all.get_mut(it).expect("only what is followed is asked for");
            followed.phase = match ask {
                Ask::Subscribe => Phase::Asked { at: now, is_seen: false },
                Ask::Unsubscribe => Phase::Left { at: now },
            };
        }
    }

    /// The venue did what was asked.
    pub(super) fn acknowledged(
        &mut self,
        it: &Subscription,
        ask: Ask,
        now: Timestamp,
    ) -> Option<SessionNote> {
        let followed = self.all.get_mut(it)?;
        let is_gone = followed.acknowledged(ask, now);
        if is_gone {
            self.all.remove(it);
        }
        (ask == Ask::Subscribe).then_some(SessionNote::Acknowledged(*it))
    }

    /// The venue refused. `alone` when it did not say which of several it meant.
    pub(super) fn refused(
        &mut self,
        it: &Subscription,
        alone: bool,
        chance: &mut Chance,
        now: Timestamp,
    ) {
        let Some(followed) = self.all.get_mut(it) else { return };
        followed.is_alone |= alone;
        if followed.refused(chance, now) {
            self.all.remove(it);
        }
    }

    /// Asks again without counting it as a failure: the token was stale.
    pub(super) fn ask_again(&mut self, it: &Subscription, now: Timestamp) {
        if let Some(followed) = self.all.get_mut(it) {
            followed.restart(now);
        }
    }

    /// Data arrived.
    pub(super) fn seen(&mut self, it: &Subscription, is_snapshot: bool, now: Timestamp) -> Seen {
        let begins_with_snapshot = matches!(
            it,
            Subscription::Book { .. }
                | Subscription::Level3 { .. }
                | Subscription::Executions
                | Subscription::Balances
        );
        match self.all.get_mut(it) {
            Some(followed) => followed.seen(is_snapshot || !begins_with_snapshot, now),
            None => Seen::Useless,
        }
    }

    /// The data of a subscription is broken: it is taken back and asked for again, alone. Says
    /// whether that is news.
    pub(super) fn broke(&mut self, it: &Subscription, chance: &mut Chance, now: Timestamp) -> bool {
        self.all.get_mut(it).is_some_and(|followed| followed.broke(it, chance, now))
    }

    /// Looks for what is late.
    pub(super) fn handle_timeout(
        &mut self,
        settings: &SessionSettings,
        chance: &mut Chance,
        now: Timestamp,
    ) -> Vec<Told> {
        let mut told = Vec::new();
        let mut gone = Vec::new();
        for (it, followed) in &mut self.all {
            if now < followed.next_timeout(settings) {
                continue;
            }
            told.extend(followed.handle_timeout(it, chance, now));
            if followed.is_given_up() {
                gone.push(*it);
            }
        }
        for it in gone {
            self.all.remove(&it);
        }
        told
    }

    /// When something is late or, with `now`, becomes due.
    pub(super) fn next_timeout(&self, settings: &SessionSettings, now: Timestamp) -> Timestamp {
        let next = |followed: &Followed| match followed.phase {
            Phase::Waiting { not_before } | Phase::Leaving { not_before } if now < not_before => {
                not_before
            }
            // Due already: it waits for room, not for time.
            Phase::Waiting { .. } | Phase::Leaving { .. } => Timestamp::NEVER,
            Phase::Asked { .. }
            | Phase::Acknowledged { .. }
            | Phase::Live { .. }
            | Phase::Left { .. } => followed.next_timeout(settings),
        };
        self.all.values().map(next).min().unwrap_or(Timestamp::NEVER)
    }

    /// Those of `among` that wait for an acknowledgement of `ask`.
    pub(super) fn unanswered<'a>(
        &'a self,
        ask: Ask,
        among: impl Iterator<Item = &'a Subscription>,
    ) -> Vec<Subscription> {
        among.filter(|it| self.is_unanswered(it, ask)).copied().collect()
    }

    /// Everything that waits for an acknowledgement of `ask` and is about this pair.
    pub(super) fn unanswered_of(&self, ask: Ask, pair: &str) -> Vec<Subscription> {
        let is_of = |it: &Subscription| it.pair().is_some_and(|it| it.to_string() == pair);
        self.unanswered(ask, self.all.keys().filter(|it| is_of(it)))
    }

    fn is_unanswered(&self, it: &Subscription, ask: Ask) -> bool {
        let phase = self.all.get(it).map(|followed| followed.phase);
        match ask {
            Ask::Subscribe => matches!(phase, Some(Phase::Asked { .. })),
            Ask::Unsubscribe => matches!(phase, Some(Phase::Left { .. })),
        }
    }

    /// The form in which the channel of `it` lives, if it does: data names no depth.
    pub(super) fn living_form(&self, it: Subscription) -> Subscription {
        let Some((first, last)) = Self::all_forms(&it) else { return it };
        let mut all = self.all.range(first..=last);
        let is_there = |followed: &Followed| !matches!(followed.phase, Phase::Waiting { .. });
        all.find(|(_, followed)| is_there(followed)).map_or(it, |(found, _)| *found)
    }
}

#[cfg(test)]
mod tests;
