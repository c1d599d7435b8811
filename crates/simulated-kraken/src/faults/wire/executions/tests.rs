//! Late frames in all their forms: nothing is lost, and what is merged or split stays readable.

use proptest::prelude::*;

use super::*;
use crate::{
    faults::Probability,
    fixture::{at, settings},
    message::Output,
    settings::Settings,
};

fn frame(sequence: u64, reports: &[&str]) -> Frame {
    let data = reports.join(",");
    Frame::new(format!(
        r#"{{"channel":"executions","type":"update","data":[{data}],"sequence":{sequence}}}"#
    ))
}

#[test]
fn frames_are_split_report_by_report() {
    let pieces: Vec<Frame> =
        split(&frame(7, &["{\"a\":1.50}", "{\"b\":2}"])).into_iter().map(|it| it.1).collect();
    assert_eq!(pieces, [frame(7, &["{\"a\":1.50}"]), frame(7, &["{\"b\":2}"])]);
    let twice: Vec<Frame> = split(&frame(7, &["{\"a\":1}"])).into_iter().map(|it| it.1).collect();
    assert_eq!(twice, [frame(7, &["{\"a\":1}"]), frame(7, &["{\"a\":1}"])]);
}

#[test]
fn frames_are_merged_under_the_later_number() {
    let both = merged(&frame(7, &["{\"a\":1}"]), &frame(8, &["{\"b\":2}"]));
    assert_eq!(both, Some(frame(8, &["{\"a\":1}", "{\"b\":2}"])));
    assert_eq!(merged(&Frame::new("{}".to_owned()), &frame(8, &[])), None);
}

#[test]
fn a_snapshot_without_orders_lacks_none() {
    let faults = vec![(Fault::SnapshotGap, Probability::ALWAYS)];
    let mut world = World::new(Settings { faults, ..settings() }, at(0));
    let text = r#"{"channel":"executions","type":"snapshot","data":[],"sequence":1}"#;
    let empty = Frame::new(text.to_owned());
    assert_eq!(snapshot(empty.clone(), &mut world), empty);
    assert!(world.faults.counts().all(|(_, count)| count == 0));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))] // A world takes a while to make.
    #[test]
    fn a_late_report_comes_in_the_end(seed: u64, count in 1_u64..40) {
        let faults = vec![(Fault::LateExecution, Probability::ALWAYS)];
        let mut world = World::new(Settings { seed, faults, ..settings() }, at(0));
        let (mut wire, id) = (Wire::default(), ConnectionId(1));
        let mut heard = String::new();
        for number in 0..count {
            let frame = frame(number, &[&format!("{{\"n\":{number}}}")]);
            for (_, frame) in wire.executions(id, (false, frame), &mut world, at(number)) {
                heard.push_str(frame.as_str());
            }
        }
        for output in wire.handle_timeout(at(1_000_000)) {
            if let Output::Send { frame, .. } = output {
                heard.push_str(frame.as_str());
            }
        }
        prop_assert!(wire.next_timeout().is_none());
        for number in 0..count {
            let told = format!("{{\"n\":{number}}}");
            prop_assert!(heard.contains(&told), "{} in {}", told, heard);
        }
    }
}
