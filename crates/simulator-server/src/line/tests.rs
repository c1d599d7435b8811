//! Frames in order, the bounds, and the ends.

use futures_util::FutureExt;
use simulated_kraken::{Ending, Frame};

use super::{Abrupt, Full, Line, Next};
use crate::limits::ListenerLimits;

fn line(frames_queued_max: usize, bytes_queued_max: usize) -> Line {
    Line::new(&ListenerLimits { frames_queued_max, bytes_queued_max, ..Default::default() })
}

fn frame(text: &str) -> Frame {
    Frame::new(text.to_owned())
}

#[test]
fn frames_come_out_in_order_and_then_the_goodbye() {
    let line = line(10, 100);
    assert_eq!(line.something_to_say().now_or_never(), None);
    line.push(frame("a")).unwrap();
    line.push(frame("b")).unwrap();
    line.end(Ending::Close { code: 1_000, reason: "enough".to_owned() });
    assert_eq!(line.something_to_say().now_or_never(), Some(()));
    assert_eq!(line.pop(), Some(Next::Frame(frame("a"))));
    assert_eq!(line.pop(), Some(Next::Frame(frame("b"))));
    assert_eq!(line.pop(), Some(Next::Close { code: 1_000, reason: "enough".to_owned() }));
    assert_eq!(line.abrupt_end().now_or_never(), None);
}

#[test]
fn too_many_frames_do_not_fit() {
    let line = line(2, 100);
    assert_eq!(line.push(frame("a")), Ok(()));
    assert_eq!(line.push(frame("b")), Ok(()));
    assert_eq!(line.push(frame("c")), Err(Full));
    line.pop().unwrap();
    assert_eq!(line.push(frame("c")), Ok(()), "there is room again");
}

#[test]
fn too_many_bytes_do_not_fit_but_one_frame_always_does() {
    let line = line(10, 5);
    assert_eq!(line.push(frame("longer than five")), Ok(()));
    assert_eq!(line.push(frame("a")), Err(Full));
    line.pop().unwrap();
    assert_eq!(line.push(frame("abc")), Ok(()));
    assert_eq!(line.push(frame("def")), Err(Full));
    assert_eq!(line.push(frame("de")), Ok(()));
}

#[test]
fn an_abrupt_end_is_not_something_to_say() {
    for (ending, abrupt) in [(Ending::Reset, Abrupt::Reset), (Ending::Hang, Abrupt::Hang)] {
        let line = line(10, 100);
        line.end(ending);
        assert_eq!(line.something_to_say().now_or_never(), None);
        assert_eq!(line.abrupt_end().now_or_never(), Some(abrupt));
    }
}
