//! Columns of equal length, as they lie in memory and, byte for byte, in a file.
//!
//! Arrow's numbers are little-endian and so is every machine this is built for, so a column is
//! written and read as it is: nothing is decoded.

const _: () = assert!(cfg!(target_endian = "little"), "a column is written as it lies in memory");

/// What a column holds, in the words of Arrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nanoseconds since the Unix epoch, UTC: `timestamp[ns, tz=UTC]`.
    Time,
    /// A price in units of 10^-10: `decimal64(18, 10)`.
    Price,
    /// An amount in units of 10^-18: `decimal128(38, 18)`.
    Amount,
    /// A count: `uint32`.
    Count,
    /// A number given by the venue or by us: `uint64`.
    Number,
    /// A choice between few: `int8`.
    Sign,
}

/// A column's name and what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name in the file.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
}

/// A column to be written.
#[derive(Clone, Copy, Debug)]
pub enum Slot<'a> {
    /// Times or prices.
    Wide(&'a [i64]),
    /// Amounts.
    Widest(&'a [i128]),
    /// Counts.
    Count(&'a [u32]),
    /// Numbers.
    Number(&'a [u64]),
    /// Choices.
    Sign(&'a [i8]),
}

/// A column to be filled.
#[derive(Debug)]
pub enum SlotMut<'a> {
    /// Times or prices.
    Wide(&'a mut Vec<i64>),
    /// Amounts.
    Widest(&'a mut Vec<i128>),
    /// Counts.
    Count(&'a mut Vec<u32>),
    /// Numbers.
    Number(&'a mut Vec<u64>),
    /// Choices.
    Sign(&'a mut Vec<i8>),
}

/// A set of columns with a fixed form. All have the same length.
pub trait Columns: Default + std::fmt::Debug {
    /// The columns, in the order of the file.
    const FIELDS: &'static [Field];

    /// The columns, to be written.
    fn slots(&self) -> Vec<Slot<'_>>;

    /// The columns, to be filled.
    fn slots_mut(&mut self) -> Vec<SlotMut<'_>>;

    /// How many rows there are.
    fn rows(&self) -> usize {
        self.slots().first().map_or(0, Slot::rows)
    }

    /// Forgets all rows and keeps the room for them.
    fn clear(&mut self) {
        for slot in self.slots_mut() {
            slot.resized(0);
        }
    }
}

impl Kind {
    /// Bytes of one value.
    pub(crate) const fn bytes(self) -> usize {
        match self {
            Self::Time | Self::Price | Self::Number => 8,
            Self::Amount => 16,
            Self::Count => 4,
            Self::Sign => 1,
        }
    }
}

impl<'a> Slot<'a> {
    fn rows(&self) -> usize {
        match self {
            Self::Wide(values) => values.len(),
            Self::Widest(values) => values.len(),
            Self::Count(values) => values.len(),
            Self::Number(values) => values.len(),
            Self::Sign(values) => values.len(),
        }
    }

    /// The values as they are written.
    pub(crate) fn bytes(self) -> &'a [u8] {
        match self {
            Self::Wide(values) => bytemuck::cast_slice(values),
            Self::Widest(values) => bytemuck::cast_slice(values),
            Self::Count(values) => bytemuck::cast_slice(values),
            Self::Number(values) => bytemuck::cast_slice(values),
            Self::Sign(values) => bytemuck::cast_slice(values),
        }
    }
}

impl<'a> SlotMut<'a> {
    /// The bytes of so many values, to be read into.
    pub(crate) fn resized(self, rows: usize) -> &'a mut [u8] {
        match self {
            Self::Wide(values) => sized(values, rows),
            Self::Widest(values) => sized(values, rows),
            Self::Count(values) => sized(values, rows),
            Self::Number(values) => sized(values, rows),
            Self::Sign(values) => sized(values, rows),
        }
    }
}

fn sized<T: bytemuck::Pod>(values: &mut Vec<T>, rows: usize) -> &mut [u8] {
    values.resize(rows, T::zeroed());
    bytemuck::cast_slice_mut(values)
}
