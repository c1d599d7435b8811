//! The four rules, each where it decides.

use super::*;
use crate::{
    disk::Disk,
    fixture::{OURS, commit, writer},
    one_bit::flip,
    segment::{HEADER, name_of},
    simulated_disk::SimulatedDisk,
};

/// A segment whose commits hold two records, then two, of about 700 bytes each.
fn segment() -> Vec<u8> {
    let mut writer = writer(SimulatedDisk::new(0), 1 << 20);
    let payload: Vec<u8> = (1..=255).chain(1..=255).chain(1..=190).collect();
    commit(&mut writer, &[&payload, &payload]);
    commit(&mut writer, &[&payload, &payload]);
    writer.into_disk().read(&name_of(1)).unwrap()
}

/// Where record 1, 2, 3, 4 begins.
fn begin(sequence: usize) -> usize {
    HEADER + (sequence - 1) * (700 + OVERHEAD)
}

/// What the changed record with this sequence means.
fn damage(bytes: &[u8], sequence: usize, is_last: bool) -> Option<Damage> {
    let whole = segment();
    let first: &[u8; HEADER] = whole.first_chunk().unwrap();
    let mut before = Chain::START.after(first);
    for known in 1..sequence {
        before = Frame::parse(&whole[begin(known)..]).unwrap().chain;
    }
    let sequence = sequence as u64;
    let at = begin(usize::try_from(sequence).unwrap());
    Spot { bytes, at, sequence, before, is_last }.damage()
}

/// Changes several bytes in the middle of a record.
fn scribble(bytes: &mut [u8], sequence: usize) {
    bytes[begin(sequence) + 300..begin(sequence) + 303].copy_from_slice(b"???");
}

#[test]
fn a_fixture_as_it_is_thought_of() {
    let bytes = segment();
    assert_eq!(bytes.len(), begin(5));
    let header = crate::segment::Header::decode(bytes.first_chunk().unwrap()).unwrap();
    assert_eq!(header.identity, OURS);
}

#[test]
fn one_bit_is_damage_even_in_the_last_record() {
    for sequence in 1..=4 {
        let mut bytes = segment();
        let byte = begin(sequence) + 100;
        flip(&mut bytes, byte * 8 + 5);
        assert_eq!(damage(&bytes, sequence, true), Some(Damage::OneBit { byte, bit: 5 }));
    }
}

#[test]
fn what_a_later_commit_follows_is_damage() {
    for sequence in 1..=2 {
        let mut bytes = segment();
        bytes[begin(sequence)..begin(sequence + 1)].fill(0);
        assert_eq!(damage(&bytes, sequence, true), Some(Damage::Followed), "{sequence}");
    }
}

#[test]
fn what_a_later_segment_follows_is_damage() {
    let mut bytes = segment();
    bytes.truncate(begin(4) + 9);
    assert_eq!(damage(&bytes, 4, false), Some(Damage::Followed));
    assert_eq!(damage(&bytes, 4, true), None);
}

#[test]
fn a_last_commit_that_ends_early_is_torn() {
    for end in begin(4) + 1..begin(5) {
        let mut bytes = segment();
        bytes.truncate(end);
        assert_eq!(damage(&bytes, 4, true), None, "cut at {end}");
    }
}

#[test]
fn a_lost_sector_of_the_last_commit_is_torn_though_a_record_of_it_follows() {
    let mut bytes = segment();
    let end = begin(3).next_multiple_of(SECTOR);
    bytes[begin(3)..end].fill(0);
    assert!(Frame::parse(&bytes[begin(4)..]).is_some(), "the record after it is whole");
    assert_eq!(damage(&bytes, 3, true), None);
}

#[test]
fn what_a_crash_does_not_do_is_damage() {
    for sequence in 3..=4 {
        let mut bytes = segment();
        scribble(&mut bytes, sequence);
        assert_eq!(damage(&bytes, sequence, true), Some(Damage::Changed), "{sequence}");
    }
    // A length that no record has.
    let mut bytes = segment();
    bytes[begin(4)..begin(4) + 4].fill(0xff);
    assert_eq!(damage(&bytes, 4, true), Some(Damage::Changed));
}

#[test]
fn sectors() {
    let check = |bytes: &[u8], from, is_lost| assert_eq!(has_lost_sector(bytes, from), is_lost);
    check(&[], 0, false);
    check(&[0; 3], 0, true);
    check(&[1; 2_000], 0, false);
    let mut bytes = [1; 2_000];
    bytes[512..1_024].fill(0);
    check(&bytes, 0, true);
    check(&bytes, 700, true);
    check(&bytes, 1_024, false);
    bytes[512] = 1;
    check(&bytes, 0, false);
    check(&bytes, 513, true);
}

#[test]
fn a_segment_made_up_to_be_slow_is_given_up_as_damage() {
    // Every byte could begin a record of the right sequence that is as long as the rest.
    let mut bytes = segment();
    let from = begin(3);
    bytes.truncate(from);
    bytes.extend([0; 3]);
    while bytes.len() < 400_000 {
        let mut head = Vec::from(60_000_u32.to_le_bytes());
        head.push(1);
        head.extend(0_u32.to_le_bytes());
        head.extend(4_u64.to_le_bytes());
        head.extend([9; 8]);
        bytes.extend(head);
    }
    assert_eq!(damage(&bytes, 3, true), Some(Damage::Followed));
}
