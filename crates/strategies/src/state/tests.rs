//! Stored states: taken up only by the strategy that stored them.

use trading_engine::{View, Wish};
use trading_types::Candle;

use super::*;

/// A strategy that is nothing but a name and a setting.
struct Named(&'static str, &'static str);

impl Strategy for Named {
    fn name(&self) -> &str {
        self.0
    }

    fn settings(&self) -> Vec<(&'static str, String)> {
        vec![("period", self.1.to_owned())]
    }

    fn warm_up(&self) -> usize {
        0
    }

    fn handle_candle(&mut self, _candle: &Candle, _view: &View) -> Wish {
        Wish::Nothing
    }

    fn save(&self) -> Vec<u8> {
        save(self, &92_u64)
    }

    fn restore(&mut self, bytes: &[u8]) -> Result<(), RestoreError> {
        restore::<u64>(self, bytes).map(|state| assert_eq!(state, 92))
    }
}

#[track_caller]
fn check(bytes: &[u8], expect: Result<(), &str>) {
    let outcome = Named("mine", "5").restore(bytes);
    assert_eq!(outcome.map_err(|error| error.reason), expect.map_err(str::to_owned));
}

#[test]
fn only_its_own_state_is_taken_up() {
    let mine = Named("mine", "5").save();
    check(&mine, Ok(()));
    check(&Named("yours", "5").save(), Err("it was stored by yours"));
    check(&Named("mine", "6").save(), Err("it was stored with other settings"));
    check(&[], Err("it cannot be decoded"));
    check(&mine[..mine.len() - 1], Err("it cannot be decoded"));
    check(&[mine, vec![1, 2]].concat(), Err("2 bytes are left over"));
}

#[test]
fn periods_must_agree() {
    let strategy = Named("mine", "5");
    assert_eq!(check_period(&strategy, (1, 2), (1, 2)), Ok(()));
    assert!(check_period(&strategy, 1, 2).is_err());
}
