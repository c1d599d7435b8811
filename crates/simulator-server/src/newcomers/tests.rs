//! Who has to go, and who may stay.

use std::{rc::Rc, time::Duration};

use futures_util::FutureExt;

use super::Newcomers;

const HOUR: Duration = Duration::from_hours(1);

fn in_runtime<T>(act: impl FnOnce() -> T) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    let _inside = runtime.enter();
    act()
}

#[test]
fn the_oldest_makes_room() {
    in_runtime(|| {
        let all = Rc::new(Newcomers::default());
        let [first, second, third] = [(); 3].map(|()| all.admit(2));
        assert_eq!(first.expelled(HOUR).now_or_never(), Some(()));
        assert_eq!(second.expelled(HOUR).now_or_never(), None);
        assert_eq!(third.expelled(HOUR).now_or_never(), None);
    });
}

#[test]
fn whoever_has_asked_or_left_takes_no_room() {
    in_runtime(|| {
        let all = Rc::new(Newcomers::default());
        let first = all.admit(2);
        let second = all.admit(2);
        first.settle();
        drop(second);
        let [third, fourth] = [(); 2].map(|()| all.admit(2));
        for newcomer in [&first, &third, &fourth] {
            assert_eq!(newcomer.expelled(HOUR).now_or_never(), None);
        }
    });
}
