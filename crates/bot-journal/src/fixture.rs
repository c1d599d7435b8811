//! What several tests need: a journal's owner, short segments, and everything a journal says.

use trading_types::Timestamp;

use crate::{
    disk::Disk,
    reader::{Records, Start},
    record::RecordKind,
    recovery::recover,
    segment::Identity,
    simulated_disk::SimulatedDisk,
    survey::Recovered,
    writer::{JournalSettings, JournalWriter},
};

/// Whose journals they are.
pub(crate) const OURS: Identity =
    Identity { account: [1; 32], binary: [2; 32], config: [3; 32], strategy: [4; 32] };

/// A record that a test keeps.
pub(crate) type Kept = (u64, RecordKind, Vec<u8>);

/// So many nanoseconds after the epoch.
pub(crate) const fn at(nanos: u64) -> Timestamp {
    Timestamp::from_nanos(nanos)
}

/// A writer that goes on with what is on the disk, in segments of so many bytes.
pub(crate) fn writer<D: Disk>(mut disk: D, segment_bytes: u64) -> JournalWriter<D> {
    let journal = recover(&mut disk, &OURS).expect("the journal is whole");
    JournalWriter::new(disk, &journal, JournalSettings { identity: OURS, segment_bytes })
}

/// Commits these payloads together.
pub(crate) fn commit<D: Disk>(writer: &mut JournalWriter<D>, payloads: &[&[u8]]) {
    for payload in payloads {
        writer.append(RecordKind::Note, payload, at(7)).expect("it is taken");
    }
    writer.commit().expect("the disk does not fail");
}

/// A disk with a journal of three segments: records 1 to 9, commits of two and of one.
pub(crate) fn three_segments() -> SimulatedDisk {
    let mut writer = writer(SimulatedDisk::new(1), 300);
    for payload in [&b"alpha"[..], b"bravo", b"charlie"] {
        commit(&mut writer, &[payload, payload]);
        commit(&mut writer, &[payload]);
    }
    let mut disk = writer.into_disk();
    assert_eq!(disk.list().expect("it is there").len(), 3);
    disk
}

/// Everything a recovered journal says.
pub(crate) fn everything(disk: &mut impl Disk, journal: &Recovered, start: Start) -> Vec<Kept> {
    let mut records = Records::new(disk, journal, start).expect("it was read before");
    let mut all = Vec::new();
    while let Some(record) = records.next_record().expect("it was proved before") {
        all.push((record.sequence, record.kind, record.payload.to_vec()));
    }
    all
}
