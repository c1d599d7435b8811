//! What is no state, another one's, or damaged is refused by name.

use trading_types::Amount;

use super::*;

/// A state of a few hundred bytes: nothing is traded.
struct Small {
    settings: Settings,
    bytes: Vec<u8>,
}

impl Small {
    fn new() -> Self {
        let settings = Settings { markets: Vec::new(), ..fixture::settings() };
        let bytes = SimulatedKraken::new(settings.clone(), start()).save(start());
        Self { settings, bytes }
    }

    /// What becomes of these bytes in its place.
    fn read(&self, bytes: &[u8]) -> Result<(), StateError> {
        SimulatedKraken::restore(self.settings.clone(), bytes).map(|_| ())
    }
}

/// The hash that a forger would write.
fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    let hash = Sha256::digest(&bytes[PAYLOAD..]);
    bytes[HASH..PAYLOAD].copy_from_slice(&hash);
    bytes
}

#[test]
fn a_state_that_is_cut_short_is_refused() {
    let small = Small::new();
    let bytes = &small.bytes;
    small.read(bytes).unwrap();
    for length in 0..bytes.len() {
        let wanted = if length == 0 { StateError::NotAState } else { StateError::Damaged };
        assert_eq!(small.read(&bytes[..length]), Err(wanted), "{length}");
        if PAYLOAD <= length {
            let forged = small.read(&sealed(bytes[..length].to_vec()));
            assert!(matches!(forged, Err(StateError::Unreadable(_))), "{length}: {forged:?}");
        }
    }
}

#[test]
fn a_state_with_a_changed_bit_is_refused() {
    let small = Small::new();
    let bytes = &small.bytes;
    for place in 0..bytes.len() {
        for bit in 0..8 {
            let mut changed = bytes.clone();
            changed[place] ^= 1 << bit;
            let refused = small.read(&changed).unwrap_err();
            let is_right = match place {
                0..8 => refused == StateError::NotAState,
                8..12 => matches!(refused, StateError::OtherForm { .. }),
                _ => refused == StateError::Damaged,
            };
            assert!(is_right, "byte {place}, bit {bit}: {refused:?}");
        }
    }
}

#[test]
fn a_forged_state_is_read_or_refused_and_nothing_worse() {
    let small = Small::new();
    for place in PAYLOAD..small.bytes.len() {
        for bit in 0..8 {
            let mut changed = small.bytes.clone();
            changed[place] ^= 1 << bit;
            let _ = small.read(&sealed(changed));
        }
    }
    let settings = settings(Kind::History, 1, LimitProfile::Documented, "0.1");
    let mut visitor = Visitor::new(SimulatedKraken::new(settings.clone(), start()), start());
    let mut chance = Prng::from_seed(3);
    for _ in 0..60 {
        visitor.step(&mut chance);
    }
    let large = visitor.kraken.save(visitor.now);
    for _ in 0..12 {
        let length = u64::try_from(large.len()).unwrap();
        let place = |chance: &mut Prng, least: usize| {
            usize::try_from(chance.between(least as u64, length - 1)).unwrap()
        };
        let mut changed = large.clone();
        changed[place(&mut chance, PAYLOAD)] ^= 1 << chance.below(8);
        assert_eq!(
            SimulatedKraken::restore(settings.clone(), &changed).map(|_| ()),
            Err(StateError::Damaged)
        );
        let _ = SimulatedKraken::restore(settings.clone(), &sealed(changed));
        let short = &large[..place(&mut chance, PAYLOAD)];
        let refused = SimulatedKraken::restore(settings.clone(), &sealed(short.to_vec()));
        assert!(matches!(refused, Err(StateError::Unreadable(_))));
    }
}

#[test]
fn what_stands_behind_the_end_is_noticed() {
    let small = Small::new();
    let mut bytes = small.bytes.clone();
    bytes.push(0);
    assert_eq!(small.read(&bytes), Err(StateError::Damaged));
    assert!(matches!(small.read(&sealed(bytes)), Err(StateError::Unreadable(_))));
    assert_eq!(small.read(b"{}"), Err(StateError::NotAState));
    let mut other = small.bytes.clone();
    other[8] = 200;
    assert_eq!(small.read(&other), Err(StateError::OtherForm { found: 200 }));
}

#[test]
fn other_settings_are_named() {
    type Change = fn(&mut Settings);
    let changes: [(OtherSettings, Change); 12] = [
        (OtherSettings::Seed, |it| it.seed = 2),
        (OtherSettings::Tier, |it| it.tier = simulated_limits::Tier::Starter),
        (OtherSettings::Limits, |it| it.limits = LimitProfile::Article),
        (OtherSettings::Limits, |it| it.refused_calls_count = false),
        (OtherSettings::Limits, |it| it.boundary = simulated_limits::Boundary::Passed),
        (OtherSettings::Markets, |it| drop(it.markets.pop())),
        (OtherSettings::Markets, |it| it.markets.swap(0, 1)),
        (OtherSettings::Sources, |it| it.markets[0].source = source(Kind::Quiet)),
        (OtherSettings::Sources, |it| it.markets[1].source = source(Kind::Still)),
        (OtherSettings::Accounts, |it| drop(it.accounts.pop())),
        (OtherSettings::Accounts, |it| it.accounts[1].name = "other".to_owned()),
        (OtherSettings::Balances, |it| it.accounts[0].balances[0].1 = Amount::ZERO),
    ];
    let bytes = SimulatedKraken::new(fixture::settings(), start()).save(start());
    for (wanted, change) in changes {
        let mut settings = fixture::settings();
        change(&mut settings);
        let refused = SimulatedKraken::restore(settings, &bytes).map(|_| ());
        assert_eq!(refused, Err(StateError::OtherSettings(wanted)));
    }
    let longer = Settings { history: Duration::from_hours(1), ..fixture::settings() };
    assert!(SimulatedKraken::restore(longer, &bytes).is_ok(), "its past is its own");
}

#[test]
fn errors_say_what_to_do_next() {
    #[rustfmt::skip] // A table.
    let texts = [
        (StateError::NotAState,
         "this is not the state of a simulated Kraken; name another file"),
        (StateError::OtherForm { found: 9 },
         "the state has form 9 and this version knows 2; use the version that wrote it, or begin \
          without it"),
        (StateError::Damaged,
         "the state is damaged: its hash is not that of its contents; begin without it"),
        (StateError::OtherSettings(OtherSettings::Markets),
         "the state is that of a simulated Kraken with other markets; give what it began with, or \
          begin without it"),
    ];
    for (error, text) in texts {
        assert_eq!(error.to_string(), text);
    }
}
