//! The journal as somebody else reads it, and a second ledger made of it: slow, and obviously
//! right.
//!
//! The invariant: it is made of durable records alone; what a crash took back is taken back here.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use bot_journal::RecordKind;
use bot_machine::Note;
use trading_engine::{Input, Output};
use trading_types::{
    AccountEvent, Amount, Asset, ClientOrderId, Fill, NewOrder, Side, TradeId, VenueCommand,
    VenueEvent,
};

/// The first bytes of an engine's journal, and how long its head is before the settings.
const MAGIC: &[u8] = b"SLACKWTR";
const HEAD: usize = 8 + 2 + 4 + 16;
/// Bytes of a record before its payload.
const PREFIX: usize = 4 + 1 + 8;

/// What a record says that the checker cares for.
#[derive(Clone, Debug)]
enum Said {
    Opening(Vec<(Asset, Amount)>),
    Traded(Fill),
    Moved(Asset, Amount),
    NeverExisted(ClientOrderId),
    Intent(Box<NewOrder>),
    AmendIntent(ClientOrderId),
    /// By which entry of the venue's ledger, and what it was.
    Explained(String, String),
}

/// The journal, read.
#[derive(Debug, Default)]
pub(crate) struct Mirror {
    /// What is not known to be durable yet, by the sequence of its record.
    pending: VecDeque<(u64, Said)>,
    durable: u64,
    ledger: BTreeMap<Asset, Amount>,
    is_open: bool,
    trades: BTreeMap<TradeId, Fill>,
    intents: BTreeMap<ClientOrderId, NewOrder>,
    amends: BTreeSet<ClientOrderId>,
    never_existed: BTreeSet<ClientOrderId>,
    explained: BTreeSet<String>,
    moves: u64,
}

impl Mirror {
    /// A record was written. Says what is wrong with it.
    pub(crate) fn recorded(
        &mut self,
        sequence: u64,
        kind: RecordKind,
        payload: &[u8],
    ) -> Result<(), String> {
        match kind {
            RecordKind::Engine => {
                let mut said = Vec::new();
                read_piece(payload, &mut said)?;
                self.pending.extend(said.into_iter().map(|said| (sequence, said)));
            }
            RecordKind::Note => match Note::from_bytes(payload) {
                Some(Note::Explained { id, what, .. }) => {
                    self.pending.push_back((sequence, Said::Explained(id, what)));
                }
                Some(_) => (),
                None => return Err(format!("record {sequence} is no note")),
            },
            RecordKind::Snapshot | RecordKind::Epoch => (),
        }
        Ok(())
    }

    /// Everything up to this record is durable.
    pub(crate) fn durable(&mut self, sequence: u64) -> Result<(), String> {
        self.durable = self.durable.max(sequence);
        while let Some((_, said)) = self.pending.pop_front_if(|(at, _)| *at <= sequence) {
            self.take_in(said)?;
        }
        Ok(())
    }

    /// A process died, and a recovery found records up to this one.
    pub(crate) fn recovered(&mut self, sequence: u64) -> Result<(), String> {
        if sequence < self.durable {
            let durable = self.durable;
            return Err(format!("{durable} records were acknowledged, and {sequence} are left"));
        }
        self.durable(sequence)?;
        self.pending.clear();
        Ok(())
    }

    fn take_in(&mut self, said: Said) -> Result<(), String> {
        match said {
            Said::Opening(balances) => {
                if !std::mem::replace(&mut self.is_open, true) {
                    self.ledger = balances.into_iter().collect();
                }
            }
            Said::Traded(fill) => {
                if self.trades.insert(fill.trade, fill).is_some() {
                    return Err(format!("trade {} was told the engine twice", fill.trade));
                }
                self.fill(&fill);
            }
            Said::Moved(asset, change) => {
                self.moves += 1;
                self.add(asset, change);
            }
            Said::NeverExisted(order) => drop(self.never_existed.insert(order)),
            Said::Intent(order) => {
                let id = order.id;
                if self.intents.insert(id, *order).is_some() {
                    return Err(format!("two intents have the name {id}"));
                }
            }
            Said::AmendIntent(order) => drop(self.amends.insert(order)),
            Said::Explained(id, what) => {
                self.explained.insert(id);
                self.explained.extend(what.split(' ').next_back().map(str::to_owned));
            }
        }
        Ok(())
    }

    fn fill(&mut self, fill: &Fill) {
        let base = Amount::from(fill.quantity);
        let (base, cost) = match fill.side {
            Side::Buy => (base, -fill.cost),
            Side::Sell => (-base, fill.cost),
        };
        self.add(fill.pair.base, base);
        self.add(fill.pair.quote, cost);
        self.add(fill.fee_asset, -fill.fee);
    }

    fn add(&mut self, asset: Asset, change: Amount) {
        let balance = self.ledger.entry(asset).or_default();
        *balance += change;
    }

    /// The durable intent of an order.
    pub(crate) fn intent(&self, order: ClientOrderId) -> Option<&NewOrder> {
        self.intents.get(&order)
    }

    /// Whether a change of the order was durably intended.
    pub(crate) fn has_amend(&self, order: ClientOrderId) -> bool {
        self.amends.contains(&order)
    }

    /// The second ledger.
    pub(crate) const fn ledger(&self) -> &BTreeMap<Asset, Amount> {
        &self.ledger
    }

    /// Whether the opening balances are known.
    pub(crate) const fn is_open(&self) -> bool {
        self.is_open
    }

    /// The trades that were told the engine.
    pub(crate) const fn trades(&self) -> &BTreeMap<TradeId, Fill> {
        &self.trades
    }

    /// Orders that were proved never to have existed.
    pub(crate) const fn never_existed(&self) -> &BTreeSet<ClientOrderId> {
        &self.never_existed
    }

    /// The ids of entries of the venue's ledger, and of foreign trades, that were explained.
    pub(crate) const fn explained(&self) -> &BTreeSet<String> {
        &self.explained
    }
}

/// Reads a piece of the engine's journal.
fn read_piece(mut bytes: &[u8], said: &mut Vec<Said>) -> Result<(), String> {
    if bytes.starts_with(MAGIC) {
        let length = bytes.get(10..14).and_then(|it| it.first_chunk()).ok_or("a torn head")?;
        let length = u32::from_le_bytes(*length) as usize;
        bytes = bytes.get(HEAD + length..).ok_or("a torn header")?;
    }
    while !bytes.is_empty() {
        let length = bytes.first_chunk().ok_or("a torn record")?;
        let length = u32::from_le_bytes(*length) as usize;
        let kind = *bytes.get(4).ok_or("a torn record")?;
        let payload = bytes.get(PREFIX..PREFIX + length).ok_or("a torn payload")?;
        match kind {
            2 => {
                let input = postcard::from_bytes(payload).map_err(|error| error.to_string())?;
                said.extend(said_of_input(input));
            }
            3 => {
                let output = postcard::from_bytes(payload).map_err(|error| error.to_string())?;
                said.extend(said_of_output(output));
            }
            _ => (),
        }
        bytes = &bytes[PREFIX + length..];
    }
    Ok(())
}

fn said_of_input(input: Input) -> Option<Said> {
    let Input::Venue(VenueEvent::Account(event)) = input else { return None };
    Some(match event {
        AccountEvent::Balances(balances) => Said::Opening(balances),
        AccountEvent::Traded(fill) => Said::Traded(fill),
        AccountEvent::Moved { asset, change } => Said::Moved(asset, change),
        AccountEvent::NeverExisted { order } => Said::NeverExisted(order),
        AccountEvent::Accepted { .. }
        | AccountEvent::Rejected { .. }
        | AccountEvent::Triggered { .. }
        | AccountEvent::Unclear { .. }
        | AccountEvent::Completed { .. }
        | AccountEvent::Canceled { .. }
        | AccountEvent::Expired { .. }
        | AccountEvent::Amended(_)
        | AccountEvent::AmendRejected { .. }
        | AccountEvent::CancelRejected { .. } => return None,
    })
}

fn said_of_output(output: Output) -> Option<Said> {
    match output {
        Output::Command(VenueCommand::Place(order)) => Some(Said::Intent(Box::new(order))),
        Output::Command(VenueCommand::Amend(amendment)) => Some(Said::AmendIntent(amendment.order)),
        Output::Command(VenueCommand::Cancel(_) | VenueCommand::CancelAll) | Output::Report(_) => {
            None
        }
    }
}
