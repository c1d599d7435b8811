//! 100 % of single bits are found, in the sweep and through the whole of recovery.

use super::*;
use crate::{fixture::three_segments, recovery_error::RecoveryError};

#[test]
fn every_bit_of_a_swept_journal_is_named() {
    let sweep = bit_flip_sweep(21);
    assert!(1 < sweep.segments, "{sweep:?}");
    assert!(10_000 < sweep.bits, "{sweep:?}");
    assert_eq!((sweep.named, sweep.shortened, sweep.silent), (sweep.bits, 0, 0));
}

#[test]
fn every_bit_on_a_disk_stops_recovery_and_changes_nothing() {
    let whole = three_segments();
    for name in whole.clone().list().unwrap() {
        for bit in 0..whole.length(&name) as u64 * 8 {
            let mut disk = whole.clone();
            disk.flip_bit(&name, bit);
            let operations = disk.operations();
            let error = recover(&mut disk, &IDENTITY).unwrap_err();
            let is_named = matches!(
                error,
                RecoveryError::Damaged { .. } | RecoveryError::DamagedHeader { .. }
            );
            assert!(is_named, "bit {bit} of {name}: {error}");
            assert_eq!(disk.operations(), operations, "nothing was written");
        }
    }
}
