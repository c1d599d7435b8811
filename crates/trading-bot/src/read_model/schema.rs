//! The tables. Money is text, exact to the last digit, and never a floating number; times are
//! nanoseconds since 1970; every row names the record of the journal it came from.
//!
//! A change of the tables is a new [`VERSION`]: an older file is put aside and rebuilt.

/// Which tables these are.
pub(super) const VERSION: i64 = 1;
/// `slwt`: a database of somebody else's is not ours to write.
pub(super) const APPLICATION: i64 = 0x736c_7774;

/// Makes all tables. Each is STRICT: a number in a column of text is refused.
pub(super) const CREATE: &str = "
    CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT, WITHOUT ROWID;

    -- One row for each order of ours; `traded` and `cost` are the sums of its fills.
    CREATE TABLE orders (
        id TEXT PRIMARY KEY,
        sequence INTEGER NOT NULL, place INTEGER NOT NULL, time INTEGER NOT NULL,
        pair TEXT NOT NULL, side TEXT NOT NULL, role TEXT NOT NULL, kind TEXT NOT NULL,
        price TEXT, trigger_price TEXT, quantity TEXT NOT NULL, quantity_asset TEXT NOT NULL,
        venue_order TEXT, traded TEXT NOT NULL, cost TEXT NOT NULL,
        state TEXT NOT NULL, why TEXT, ended INTEGER
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX orders_in_order ON orders (sequence, place);

    -- One row for each trade of the venue's.
    CREATE TABLE fills (
        trade TEXT NOT NULL, order_id TEXT NOT NULL,
        sequence INTEGER NOT NULL, place INTEGER NOT NULL, time INTEGER NOT NULL,
        pair TEXT NOT NULL, side TEXT NOT NULL, role TEXT NOT NULL, price TEXT NOT NULL,
        quantity TEXT NOT NULL, cost TEXT NOT NULL, fee TEXT NOT NULL, fee_asset TEXT NOT NULL,
        liquidity TEXT NOT NULL,
        PRIMARY KEY (trade, order_id)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX fills_in_order ON fills (sequence, place);

    -- What was bought and sold again, first in, first out.
    CREATE TABLE round_trips (
        sequence INTEGER NOT NULL, place INTEGER NOT NULL, time INTEGER NOT NULL,
        pair TEXT NOT NULL, entry_order TEXT NOT NULL, entry_time INTEGER NOT NULL,
        entry_price TEXT NOT NULL, exit_order TEXT NOT NULL, exit_price TEXT NOT NULL,
        quantity TEXT NOT NULL, cost TEXT NOT NULL, proceeds TEXT NOT NULL, fees TEXT NOT NULL,
        profit TEXT NOT NULL, reason TEXT NOT NULL,
        PRIMARY KEY (sequence, place)
    ) STRICT, WITHOUT ROWID;

    -- Every movement of a balance: `line` 0 and 1 are the sides of a trade, 2 is its fee.
    CREATE TABLE ledger (
        sequence INTEGER NOT NULL, place INTEGER NOT NULL, line INTEGER NOT NULL,
        time INTEGER NOT NULL, kind TEXT NOT NULL, asset TEXT NOT NULL, change TEXT NOT NULL,
        reference TEXT NOT NULL, pair TEXT,
        PRIMARY KEY (sequence, place, line)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE equity (
        time INTEGER NOT NULL, asset TEXT NOT NULL, sequence INTEGER NOT NULL,
        equity TEXT NOT NULL,
        PRIMARY KEY (time, asset)
    ) STRICT, WITHOUT ROWID;

    -- What the engine reported and what the bot noted, in words.
    CREATE TABLE events (
        sequence INTEGER NOT NULL, place INTEGER NOT NULL, time INTEGER NOT NULL,
        kind TEXT NOT NULL, pair TEXT, order_id TEXT, text TEXT NOT NULL,
        PRIMARY KEY (sequence, place)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE notes (
        sequence INTEGER NOT NULL, place INTEGER NOT NULL, time INTEGER NOT NULL,
        kind TEXT NOT NULL, pair TEXT, order_id TEXT, text TEXT NOT NULL,
        PRIMARY KEY (sequence, place)
    ) STRICT, WITHOUT ROWID;

    CREATE TABLE alerts (
        sequence INTEGER NOT NULL, place INTEGER NOT NULL, time INTEGER NOT NULL,
        id INTEGER NOT NULL, kind TEXT NOT NULL, severity TEXT NOT NULL, text TEXT NOT NULL,
        acknowledged INTEGER, acknowledged_by TEXT,
        PRIMARY KEY (sequence, place)
    ) STRICT, WITHOUT ROWID;
";

/// Empties all tables, and forgets how far they had come.
pub(super) const CLEAR: &str = "
    DELETE FROM orders; DELETE FROM fills; DELETE FROM round_trips; DELETE FROM ledger;
    DELETE FROM equity; DELETE FROM events; DELETE FROM notes; DELETE FROM alerts;
    DELETE FROM meta WHERE name IN ('last_sequence', 'beginning');
";
