//! Any damage to any files: recovery stops with a name, or what comes back is the beginning of what
//! was written. With a witness, nothing that was acknowledged is missing either.

use proptest::prelude::*;

use super::*;
use crate::{
    examination::{Examined, Segment},
    segment::name_of,
    survey::survey,
};

/// Records 8 and 9 of [`three_segments`] are its last two commits.
const BEFORE_THE_LAST_COMMIT: u64 = 8;

#[derive(Clone, Debug)]
enum Change {
    Byte { segment: u32, at: prop::sample::Index, to: u8 },
    Zeros { segment: u32, at: prop::sample::Index, count: usize },
    Cut { segment: u32, at: prop::sample::Index },
    Copy { from: u32, to: u32 },
    Lose { segment: u32 },
    More { segment: u32, bytes: Vec<u8> },
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let segment = 1..=3_u32;
    let at = any::<prop::sample::Index>();
    let byte = (segment.clone(), at.clone(), any::<u8>());
    let change = prop_oneof![
        8 => byte.prop_map(|(segment, at, to)| Change::Byte { segment, at, to }),
        2 => (segment.clone(), at.clone(), 1..300_usize)
            .prop_map(|(segment, at, count)| Change::Zeros { segment, at, count }),
        1 => (segment.clone(), at).prop_map(|(segment, at)| Change::Cut { segment, at }),
        1 => (segment.clone(), segment.clone()).prop_map(|(from, to)| Change::Copy { from, to }),
        1 => segment.clone().prop_map(|segment| Change::Lose { segment }),
        1 => (segment, proptest::collection::vec(any::<u8>(), 1..80))
            .prop_map(|(segment, bytes)| Change::More { segment, bytes }),
    ];
    proptest::collection::vec(change, 1..4)
}

/// Does it, unless an earlier change took the file away.
fn apply(disk: &mut SimulatedDisk, change: Change) {
    let (Change::Byte { segment, .. }
    | Change::Zeros { segment, .. }
    | Change::Cut { segment, .. }
    | Change::Copy { from: segment, .. }
    | Change::Lose { segment }
    | Change::More { segment, .. }) = &change;
    let name = name_of(*segment);
    let Ok(mut bytes) = disk.read(&name) else { return };
    match change {
        Change::Byte { at, to, .. } if !bytes.is_empty() => {
            let at = at.index(bytes.len());
            bytes[at] = to;
        }
        Change::Byte { .. } => {}
        Change::Zeros { at, count, .. } => {
            let at = at.index(bytes.len() + 1);
            let end = bytes.len().min(at + count);
            bytes[at..end].fill(0);
        }
        Change::Cut { at, .. } => bytes.truncate(at.index(bytes.len() + 1)),
        Change::Copy { to, .. } => return disk.put(&name_of(to), &bytes),
        Change::Lose { .. } => return disk.lose(&name),
        Change::More { bytes: more, .. } => bytes.extend(more),
    }
    disk.put(&name, &bytes);
}

/// Whether it is damage in one place that takes nothing from the end: then only the last commit may
/// be taken for torn.
fn spares_the_end(changes: &[Change]) -> bool {
    match changes {
        [Change::Byte { .. } | Change::Copy { .. } | Change::More { .. }] => true,
        [
            Change::Zeros { segment, .. } | Change::Cut { segment, .. } | Change::Lose { segment },
        ] => *segment != 3,
        _ => false,
    }
}

/// The last one first.
struct Backward;

impl Lanes for Backward {
    fn examine(&self, disk: &mut dyn Disk, segments: &[Segment]) -> Vec<Examined> {
        let each = segments.iter().rev().map(|segment| segment.examine(disk.read(&segment.name())));
        let mut examined: Vec<_> = each.collect();
        examined.reverse();
        examined
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn damage_is_named_or_cuts_off_the_end(changes in changes()) {
        let mut disk = three_segments();
        let whole = recover(&mut disk, &OURS).unwrap();
        let all = everything(&mut disk, &whole, Start::Beginning);
        for change in changes.clone() {
            apply(&mut disk, change);
        }
        let one_by_one = survey(&mut disk, Some(&OURS.account), Some(whole.witness()));
        let backward = survey_in(&Backward, &mut disk, Some(&OURS.account), Some(whole.witness()));
        prop_assert_eq!(&backward, &one_by_one);
        let witnessed = survey(&mut disk, None, Some(whole.witness()));
        if let Ok(journal) = witnessed {
            prop_assert_eq!(journal.witness(), whole.witness());
        }
        if let Ok(journal) = recover(&mut disk, &OURS) {
            let given = everything(&mut disk, &journal, Start::Beginning);
            prop_assert_eq!(&given[..], &all[..given.len()]);
            if spares_the_end(&changes) {
                prop_assert!(BEFORE_THE_LAST_COMMIT <= journal.sequence, "{:?}", journal);
            }
            let again = recover(&mut disk, &OURS).unwrap();
            prop_assert_eq!(again.sequence, journal.sequence);
            prop_assert_eq!((again.torn, again.unfinished), (None, None));
        }
    }
}
