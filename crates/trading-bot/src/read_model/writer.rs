//! Writes what a record says into the tables. Sums are made with our own numbers, not `SQLite`'s.

use std::collections::BTreeMap;

use bot_machine::{Alert, Note};
use rusqlite::{Connection, OptionalExtension, Statement, ToSql, params};
use trading_engine::{OrderState, Report, Role};
use trading_types::{
    AccountEvent, Amendment, Amount, Asset, ClientOrderId, Fill, Pair, Quantity, Side, Timestamp,
};

use super::{
    ReadModelError,
    fact::{Entry, EquityPoint, Fact},
    words::{
        Words, amount_of, cancel_name, liquidity_name, of_note, of_report, role_name, side_name,
        state_name, word,
    },
};

/// Statements, prepared once for all entries of one transaction.
pub(super) struct Writer<'c> {
    connection: &'c Connection,
    statements: BTreeMap<&'static str, Statement<'c>>,
}

/// Where a fact stands and when it was.
#[derive(Clone, Copy)]
struct At {
    sequence: i64,
    place: i64,
    time: i64,
}

type Written = Result<(), ReadModelError>;

impl<'c> Writer<'c> {
    pub(super) const fn new(connection: &'c Connection) -> Self {
        Self { connection, statements: BTreeMap::new() }
    }

    /// Writes all that an entry says.
    pub(super) fn entry(&mut self, entry: &Entry) -> Written {
        for (place, (time, fact)) in (0..).zip(&entry.facts) {
            let at = At { sequence: whole(entry.sequence), place, time: nanos(*time) };
            match fact {
                Fact::Report(report) => self.report(report, at)?,
                Fact::Account(event) => self.account(event, at)?,
                Fact::Note(note) => self.note(note, at)?,
            }
        }
        self.meta("last_sequence", &entry.sequence.to_le_bytes())
    }

    pub(super) fn equity(&mut self, point: &EquityPoint) -> Written {
        let EquityPoint { sequence, time, asset, equity } = point;
        self.run(
            "INSERT OR REPLACE INTO equity (time, asset, sequence, equity) VALUES (?, ?, ?, ?)",
            params![nanos(*time), asset.as_str(), whole(*sequence), equity.to_string()],
        )?;
        Ok(())
    }

    pub(super) fn meta(&mut self, name: &str, value: &[u8]) -> Written {
        let sql = "INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)";
        self.run(sql, params![name, value])?;
        Ok(())
    }

    fn report(&mut self, report: &Report, at: At) -> Written {
        self.words("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", &of_report(report), at)?;
        match report {
            Report::OrderPlaced { .. } => self.placed(report, at),
            Report::OrderFilled { fill, role } => self.filled(fill, *role, at),
            Report::OrderEnded { order, state, reason, .. } => {
                self.ended(*order, *state, reason.map(cancel_name), at)
            }
            Report::OrderRejected { order, refusal, .. } => {
                self.ended(*order, OrderState::Rejected, Some(&refusal.to_string()), at)
            }
            Report::LotClosed { .. } => self.lot_closed(report, at),
            Report::OrderRefused { .. }
            | Report::SizeRefused { .. }
            | Report::TradeClosed { .. }
            | Report::Halted { .. }
            | Report::Flattened
            | Report::Resumed { .. }
            | Report::Alarm(_)
            | Report::Residual { .. }
            | Report::PairHalted { .. }
            | Report::PairFlattened { .. }
            | Report::PairResumed { .. }
            | Report::PairNotTraded { .. } => Ok(()),
        }
    }

    fn note(&mut self, note: &Note, at: At) -> Written {
        self.words("INSERT INTO notes VALUES (?, ?, ?, ?, ?, ?, ?)", &of_note(note), at)?;
        match note {
            Note::Alerted(alert) => self.alerted(alert, at),
            Note::Acknowledged { alert, by } => self.acknowledged(*alert, by, at),
            Note::Explained { id, asset, change, what } => {
                let movement = Movement { kind: what, asset: *asset, change: *change, pair: None };
                self.movement(at, 0, &movement, id)
            }
            Note::Equity { asset, equity } => {
                let sql = "INSERT OR REPLACE INTO equity (time, asset, sequence, equity) \
                           VALUES (?, ?, ?, ?)";
                let equity = equity.to_string();
                self.run(sql, params![at.time, asset.as_str(), at.sequence, equity])?;
                Ok(())
            }
            Note::Started { .. }
            | Note::Stage(_)
            | Note::KeyAudited { .. }
            | Note::Sent { .. }
            | Note::Unclear { .. }
            | Note::Proved { .. }
            | Note::AccountedTo(_)
            | Note::Operator { .. }
            | Note::DeadManSet(_)
            | Note::Ended { .. }
            | Note::HaltVerified => Ok(()),
        }
    }

    fn words(&mut self, sql: &'static str, words: &Words, at: At) -> Written {
        let Words { kind, pair, order, text } = words;
        let (pair, order) = (pair.map(|pair| pair.to_string()), order.map(|id| id.to_string()));
        self.run(sql, params![at.sequence, at.place, at.time, kind, pair, order, text])?;
        Ok(())
    }

    fn placed(&mut self, report: &Report, at: At) -> Written {
        let Report::OrderPlaced { order, pair, side, role, kind, quantity } = report else {
            unreachable!("only an order that was placed comes here");
        };
        let (quantity, asset) = amount_of(*quantity, *pair);
        self.run(
            "INSERT OR IGNORE INTO orders (id, sequence, place, time, pair, side, role, kind, \
             price, trigger_price, quantity, quantity_asset, traded, cost, state) \
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, '0', '0', 'open')",
            params![
                order.to_string(),
                at.sequence,
                at.place,
                at.time,
                pair.to_string(),
                side_name(*side),
                role_name(*role),
                kind.name(),
                kind.limit().map(|price| price.to_string()),
                kind.trigger().map(|trigger| trigger.price.to_string()),
                quantity,
                asset.as_str(),
            ],
        )?;
        Ok(())
    }

    fn filled(&mut self, fill: &Fill, role: Role, at: At) -> Written {
        let is_new = 0 < self.run(
            "INSERT OR IGNORE INTO fills VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            params![
                fill.trade.as_str(),
                fill.order.to_string(),
                at.sequence,
                at.place,
                nanos(fill.time),
                fill.pair.to_string(),
                side_name(fill.side),
                role_name(role),
                fill.price.to_string(),
                fill.quantity.to_string(),
                fill.cost.to_string(),
                fill.fee.to_string(),
                fill.fee_asset.as_str(),
                liquidity_name(fill.liquidity),
            ],
        )?;
        if is_new {
            self.add_to_order(fill, at)?;
            self.movements(fill, at)?;
        }
        Ok(())
    }

    fn add_to_order(&mut self, fill: &Fill, at: At) -> Written {
        let id = fill.order.to_string();
        let sql = "SELECT traded, cost, quantity, quantity_asset FROM orders WHERE id = ?";
        let order = self
            .prepared(sql)?
            .query_row([&id], |row| {
                Ok((row.get::<_, String>(0)?, row.get::<_, String>(1)?, row.get(2)?, row.get(3)?))
            })
            .optional()?;
        // An order placed before this model began is not in it; its fills are.
        let Some((traded, cost, quantity, asset)): Option<(String, String, String, String)> = order
        else {
            return Ok(());
        };
        let traded = number::<Quantity>(&traded)? + fill.quantity;
        let cost = number::<Amount>(&cost)? + fill.cost;
        self.run(
            "UPDATE orders SET traded = ?, cost = ? WHERE id = ?",
            params![traded.to_string(), cost.to_string(), id],
        )?;
        if asset == fill.pair.base.as_str() && number::<Quantity>(&quantity)? <= traded {
            self.ended(fill.order, OrderState::Filled, None, at)?;
        }
        Ok(())
    }

    fn movements(&mut self, fill: &Fill, at: At) -> Written {
        let (base, quote) = (Amount::from(fill.quantity), fill.cost);
        let (base, quote) = match fill.side {
            Side::Buy => (base, -quote),
            Side::Sell => (-base, quote),
        };
        let trade = fill.trade.as_str();
        let pair = Some(fill.pair);
        let sides = [
            Movement { kind: "trade", asset: fill.pair.base, change: base, pair },
            Movement { kind: "trade", asset: fill.pair.quote, change: quote, pair },
            Movement { kind: "fee", asset: fill.fee_asset, change: -fill.fee, pair },
        ];
        for (line, movement) in (0..).zip(&sides) {
            if !movement.change.is_zero() {
                self.movement(At { time: nanos(fill.time), ..at }, line, movement, trade)?;
            }
        }
        Ok(())
    }

    fn movement(&mut self, at: At, line: i64, movement: &Movement<'_>, reference: &str) -> Written {
        let Movement { kind, asset, change, pair } = movement;
        self.run(
            "INSERT INTO ledger VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            params![
                at.sequence,
                at.place,
                line,
                at.time,
                kind,
                asset.as_str(),
                change.to_string(),
                reference,
                pair.map(|pair| pair.to_string()),
            ],
        )?;
        Ok(())
    }

    /// An order ends once; what came first is kept, and a fill outdoes all else.
    fn ended(
        &mut self,
        order: ClientOrderId,
        state: OrderState,
        why: Option<&str>,
        at: At,
    ) -> Written {
        self.run(
            "UPDATE orders SET state = ?, why = ?, ended = ? \
             WHERE id = ? AND (state IN ('open', 'unknown') OR ?1 = 'filled')",
            params![state_name(state), why, at.time, order.to_string()],
        )?;
        Ok(())
    }

    fn account(&mut self, event: &AccountEvent, at: At) -> Written {
        match event {
            AccountEvent::Accepted { order, venue_order } => {
                let sql = "UPDATE orders SET venue_order = ? WHERE id = ?";
                self.run(sql, params![venue_order.as_str(), order.to_string()])?;
                Ok(())
            }
            AccountEvent::Completed { order } => self.ended(*order, OrderState::Filled, None, at),
            AccountEvent::Amended(amendment) => self.amended(amendment),
            AccountEvent::Balances(_)
            | AccountEvent::Moved { .. }
            | AccountEvent::Rejected { .. }
            | AccountEvent::Triggered { .. }
            | AccountEvent::Unclear { .. }
            | AccountEvent::NeverExisted { .. }
            | AccountEvent::Traded(_)
            | AccountEvent::Canceled { .. }
            | AccountEvent::Expired { .. }
            | AccountEvent::AmendRejected { .. }
            | AccountEvent::CancelRejected { .. } => Ok(()),
        }
    }

    fn amended(&mut self, amendment: &Amendment) -> Written {
        let Amendment { order, quantity, limit, trigger } = amendment;
        self.run(
            "UPDATE orders SET quantity = coalesce(?, quantity), price = coalesce(?, price), \
             trigger_price = coalesce(?, trigger_price) WHERE id = ?",
            params![
                quantity.map(|quantity| quantity.to_string()),
                limit.map(|price| price.to_string()),
                trigger.map(|price| price.to_string()),
                order.to_string(),
            ],
        )?;
        Ok(())
    }

    fn lot_closed(&mut self, report: &Report, at: At) -> Written {
        let Report::LotClosed { pair, lot } = report else {
            unreachable!("only a lot that was closed comes here");
        };
        self.run(
            "INSERT INTO round_trips VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            params![
                at.sequence,
                at.place,
                nanos(lot.exit_time),
                pair.to_string(),
                lot.entry_order.to_string(),
                nanos(lot.entry_time),
                lot.entry_price.to_string(),
                lot.exit_order.to_string(),
                lot.exit_price.to_string(),
                lot.quantity.to_string(),
                lot.cost.to_string(),
                lot.proceeds.to_string(),
                lot.fees.to_string(),
                lot.profit().to_string(),
                role_name(Role::Exit(lot.reason)),
            ],
        )?;
        Ok(())
    }

    fn alerted(&mut self, alert: &Alert, at: At) -> Written {
        self.run(
            "INSERT INTO alerts (sequence, place, time, id, kind, severity, text) \
             VALUES (?, ?, ?, ?, ?, ?, ?)",
            params![
                at.sequence,
                at.place,
                nanos(alert.time),
                whole(alert.id),
                word(&alert.kind),
                word(&alert.severity),
                alert.text,
            ],
        )?;
        Ok(())
    }

    fn acknowledged(&mut self, alert: Option<u64>, by: &str, at: At) -> Written {
        self.run(
            "UPDATE alerts SET acknowledged = ?, acknowledged_by = ? \
             WHERE acknowledged IS NULL AND id = coalesce(?, id)",
            params![at.time, by, alert.map(whole)],
        )?;
        Ok(())
    }

    fn run(&mut self, sql: &'static str, with: &[&dyn ToSql]) -> Result<usize, ReadModelError> {
        Ok(self.prepared(sql)?.execute(with)?)
    }

    fn prepared(&mut self, sql: &'static str) -> Result<&mut Statement<'c>, ReadModelError> {
        use std::collections::btree_map::Entry;
        Ok(match self.statements.entry(sql) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(self.connection.prepare(sql)?),
        })
    }
}

/// A movement of a balance.
struct Movement<'a> {
    kind: &'a str,
    asset: Asset,
    change: Amount,
    pair: Option<Pair>,
}

/// A number of ours in a column of ours.
pub(super) fn number<N: std::str::FromStr>(text: &str) -> Result<N, ReadModelError> {
    text.parse().map_err(|_| ReadModelError::BadValue(text.chars().take(80).collect()))
}

/// Nanoseconds as `SQLite` counts; what is later than the year 2262 is no time of ours.
pub(super) fn nanos(time: Timestamp) -> i64 {
    whole(time.nanos())
}

pub(super) fn whole(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
