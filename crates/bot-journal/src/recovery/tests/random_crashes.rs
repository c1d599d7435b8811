//! Any order of appends, commits, faults and crashes, beside a naive twin: a list in memory.

use proptest::prelude::*;

use super::*;
use crate::{fixture::at, record::RecordKind, writer::JournalWriter};

#[derive(Clone, Debug)]
enum Step {
    Append(Vec<u8>),
    Snapshot(Vec<u8>),
    Commit,
    Crash(usize),
    /// A commit whose power fails after so many operations, then a crash.
    PowerCut(u64, usize),
    FailedSync(usize),
    Full(u64, usize),
    Short(usize, usize),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let rule = 0..RULES.len();
    let payload = prop_oneof![
        4 => proptest::collection::vec(any::<u8>(), 0..60),
        1 => proptest::collection::vec(any::<u8>(), 400..1_500),
        1 => (0..9_000_usize).prop_map(|length| vec![0; length]),
    ];
    let step = prop_oneof![
        10 => payload.clone().prop_map(Step::Append),
        1 => payload.prop_map(Step::Snapshot),
        6 => Just(Step::Commit),
        1 => rule.clone().prop_map(Step::Crash),
        2 => (0..7_u64, rule.clone()).prop_map(|(after, rule)| Step::PowerCut(after, rule)),
        1 => rule.clone().prop_map(Step::FailedSync),
        1 => (0..500_u64, rule.clone()).prop_map(|(room, rule)| Step::Full(room, rule)),
        1 => (0..500_usize, rule).prop_map(|(bytes, rule)| Step::Short(bytes, rule)),
    ];
    proptest::collection::vec(step, 1..60)
}

/// The journal and what it should say.
struct Pair {
    writer: Option<JournalWriter<SimulatedDisk>>,
    appended: Vec<Kept>,
    acknowledged: u64,
}

impl Pair {
    fn writer(&mut self) -> &mut JournalWriter<SimulatedDisk> {
        self.writer.as_mut().expect("there is always one between steps")
    }

    fn do_step(&mut self, step: Step) {
        match step {
            Step::Append(payload) => {
                let sequence = self.writer().append(RecordKind::Note, &payload, at(1)).unwrap();
                self.appended.push((sequence, RecordKind::Note, payload));
            }
            Step::Snapshot(state) => {
                let sequence = self.writer().append_snapshot(&state, at(1)).unwrap();
                let payload = crate::Snapshot::encode(&state, sequence);
                self.appended.push((sequence, RecordKind::Snapshot, payload));
            }
            Step::Commit => self.acknowledged = self.writer().commit().unwrap(),
            Step::Crash(rule) => self.crash(RULES[rule]),
            Step::PowerCut(after, rule) => {
                self.writer().disk_mut().cut_power_after(after);
                self.commit_and_crash(rule);
            }
            Step::FailedSync(rule) => {
                self.writer().disk_mut().fail_syncs(1);
                self.commit_and_crash(rule);
            }
            Step::Full(room, rule) => {
                self.writer().disk_mut().set_room(Some(room));
                self.commit_and_crash(rule);
            }
            Step::Short(bytes, rule) => {
                self.writer().disk_mut().shorten_next_write(bytes);
                self.commit_and_crash(rule);
            }
        }
    }

    fn commit_and_crash(&mut self, rule: usize) {
        if let Ok(sequence) = self.writer().commit() {
            self.acknowledged = sequence;
        }
        self.crash(RULES[rule]);
    }

    fn crash(&mut self, rule: CrashRule) {
        let mut disk = self.writer.take().expect("there is always one between steps").into_disk();
        disk.crash(rule);
        disk.set_room(None);
        let journal = check_recovered(&mut disk, &self.appended, self.acknowledged);
        // What was seen once is seen for ever.
        self.acknowledged = journal.sequence;
        self.appended.truncate(usize::try_from(journal.sequence).unwrap());
        let snapshot = self.appended.iter().rev().find(|kept| kept.1 == RecordKind::Snapshot);
        assert_eq!(journal.snapshot, snapshot.map(|(sequence, _, _)| *sequence));
        let from = snapshot.map_or(0, |(sequence, _, _)| usize::try_from(*sequence).unwrap() - 1);
        let tail = everything(&mut disk, &journal, Start::LastSnapshot);
        assert_eq!(tail, self.appended[from..]);
        self.writer = Some(writer(disk, 1_500));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn what_was_acknowledged_comes_back(seed in any::<u64>(), steps in steps()) {
        let writer = Some(writer(SimulatedDisk::new(seed), 1_500));
        let mut pair = Pair { writer, appended: Vec::new(), acknowledged: 0 };
        for step in steps {
            pair.do_step(step);
        }
        pair.crash(CrashRule::Lost);
    }
}
