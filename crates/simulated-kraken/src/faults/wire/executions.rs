//! The channel `executions` on a bad day: frames that come late, twice, in pieces, or never.

use std::time::Duration;

use serde::Deserialize;
use serde_json::value::RawValue;
use trading_types::Timestamp;

use super::Wire;
use crate::{
    faults::{Fault, spoil},
    json::Json,
    message::{ConnectionId, Frame},
    world::World,
};

/// How late a frame may come.
const LATEST: Duration = Duration::from_mins(2);
/// How long a frame waits for another one to be merged with.
const MERGING: Duration = Duration::from_secs(2);

#[derive(Deserialize)]
struct Reports<'a> {
    #[serde(rename = "type")]
    kind: String,
    #[serde(borrow)]
    data: Vec<&'a RawValue>,
    sequence: u64,
}

impl Reports<'_> {
    fn frame(&self, data: &[&RawValue]) -> Frame {
        let data = data.iter().fold(Json::array(), Json::push_raw).close();
        let frame = Json::object().text("channel", "executions").text("type", &self.kind);
        Frame::new(frame.raw("data", data).raw("sequence", self.sequence).close())
    }
}

type Frames = Vec<(Duration, Frame)>;

impl Wire {
    /// What becomes of a frame of the channel.
    pub(super) fn executions(
        &mut self,
        id: ConnectionId,
        (is_snapshot, frame): (bool, Frame),
        world: &mut World,
        now: Timestamp,
    ) -> Frames {
        if is_snapshot {
            return vec![(Duration::ZERO, snapshot(frame, world))];
        }
        let is_lost = world.faults.strikes(Fault::StreamDisagrees, "executions");
        let is_late = world.faults.strikes(Fault::LateExecution, "executions");
        let mut frame = frame;
        if world.faults.strikes(Fault::UnknownField, "executions") {
            frame = Frame::new(spoil::unknown_in_frame(frame.as_str()));
        }
        if is_lost {
            return Vec::new();
        }
        if let Some((_, waiting)) = self.merging.remove(&id) {
            frame = merged(&waiting, &frame).unwrap_or(frame);
        }
        if is_late { self.late(id, frame, world, now) } else { vec![(Duration::ZERO, frame)] }
    }

    /// A frame that comes late, twice, after the next one, in pieces, or together with the next.
    fn late(
        &mut self,
        id: ConnectionId,
        frame: Frame,
        world: &mut World,
        now: Timestamp,
    ) -> Frames {
        let how = world.faults.how(Fault::LateExecution);
        let moment = Duration::from_millis(1);
        match how.below(5) {
            0 => vec![(how.duration_between(moment, LATEST), frame)],
            1 => {
                let again = how.duration_between(moment, LATEST);
                vec![(Duration::ZERO, frame.clone()), (again, frame)]
            }
            2 => vec![(how.duration_between(moment, Duration::from_secs(2)), frame)],
            3 => split(&frame),
            _ => {
                self.merging.insert(id, (now + MERGING, frame));
                Vec::new()
            }
        }
    }
}

/// A snapshot that may lack an order.
fn snapshot(frame: Frame, world: &mut World) -> Frame {
    let Ok(reports) = serde_json::from_str::<Reports<'_>>(frame.as_str()) else { return frame };
    if reports.data.is_empty() || !world.faults.strikes(Fault::SnapshotGap, "executions") {
        return frame;
    }
    let count = u64::try_from(reports.data.len()).expect("a length fits");
    let lacking = world.faults.how(Fault::SnapshotGap).below(count);
    let mut data = reports.data.clone();
    data.remove(usize::try_from(lacking).expect("below a length"));
    reports.frame(&data)
}

/// Each report in a frame of its own; a lone one is told twice, a moment apart.
fn split(frame: &Frame) -> Frames {
    let one = || vec![(Duration::ZERO, frame.clone()), (Duration::from_millis(50), frame.clone())];
    let Ok(reports) = serde_json::from_str::<Reports<'_>>(frame.as_str()) else { return one() };
    match reports.data.as_slice() {
        [] | [_] => one(),
        all => all.iter().map(|report| (Duration::ZERO, reports.frame(&[*report]))).collect(),
    }
}

/// The reports of two frames in one.
fn merged(first: &Frame, second: &Frame) -> Option<Frame> {
    let first: Reports<'_> = serde_json::from_str(first.as_str()).ok()?;
    let second: Reports<'_> = serde_json::from_str(second.as_str()).ok()?;
    let data: Vec<&RawValue> = first.data.iter().chain(&second.data).copied().collect();
    Some(second.frame(&data))
}

#[cfg(test)]
mod tests;
