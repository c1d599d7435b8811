//! The durable journal: any bytes as segments recover or stop with a name, never with a panic, and
//! what is given out afterwards is what recovery counted. Bytes that spoil a whole journal get as
//! far as the records.
#![no_main]

use bot_journal::{
    Disk, Identity, JournalSettings, JournalWriter, RecordKind, Records, SimulatedDisk, Start,
    recover,
};
use libfuzzer_sys::fuzz_target;
use trading_types::Timestamp;

const OURS: Identity =
    Identity { account: [1; 32], binary: [2; 32], config: [3; 32], strategy: [4; 32] };

fuzz_target!(|bytes: &[u8]| {
    // As they are, in up to three segments.
    let mut disk = SimulatedDisk::new(0);
    for (segment, piece) in bytes.splitn(3, |byte| *byte == 0xff).enumerate() {
        disk.put(&format!("{:08}.journal", segment + 1), piece);
    }
    check(disk);

    // As changes to a whole journal: which segment, where, and what stands there then.
    let mut disk = whole();
    for change in bytes.chunks_exact(4) {
        let name = format!("{:08}.journal", 1 + change[0] % 3);
        let mut segment = disk.read(&name).expect("it has three");
        let at = usize::from(u16::from_le_bytes([change[1], change[2]]));
        match segment.get_mut(at) {
            Some(byte) => *byte = change[3],
            None => segment.truncate(at % (segment.len() + 1)),
        }
        disk.put(&name, &segment);
    }
    check(disk);
});

/// A journal of three segments.
fn whole() -> SimulatedDisk {
    let mut disk = SimulatedDisk::new(0);
    let fresh = recover(&mut disk, &OURS).expect("it is empty");
    let settings = JournalSettings { identity: OURS, segment_bytes: 400 };
    let mut writer = JournalWriter::new(disk, &fresh, settings);
    for number in 0..12 {
        let now = Timestamp::from_nanos(number);
        writer.append(RecordKind::Note, &number.to_le_bytes(), now).expect("it is small");
        if number % 2 == 1 {
            writer.commit().expect("the disk does not fail");
        }
    }
    writer.into_disk()
}

fn check(mut disk: SimulatedDisk) {
    let Ok(journal) = recover(&mut disk, &OURS) else { return };
    for start in [Start::Beginning, Start::LastSnapshot] {
        let mut records = Records::new(&mut disk, &journal, start).expect("it was proved");
        let mut last = 0;
        while let Some(record) = records.next_record().expect("it was proved") {
            last = record.sequence;
        }
        assert_eq!(last, journal.sequence);
    }
    let again = recover(&mut disk, &OURS).expect("it was put in order");
    assert_eq!(again.sequence, journal.sequence);
    assert_eq!((again.torn, again.unfinished), (None, None));
}
