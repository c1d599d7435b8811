//! Words are understood, lengths can be asked for again, and seeds that fail are kept once.

use std::time::Duration;

use bot_simulation::{Bug, Outcome, Tally, campaign::Wanted};

use super::{campaign, parse, seeds_file, words::Options};

fn options(words: &str) -> Options {
    parse(words.split_whitespace().map(str::to_owned).collect()).unwrap()
}

#[test]
fn words_are_understood() {
    let hours = |hours| Duration::from_hours(hours);
    assert_eq!(options("").length(), hours(4));
    assert_eq!(options("--hours 7").length(), hours(7));
    assert_eq!(options("--seeds 500 --years=5").length(), Duration::from_mins(5_596));
    assert_eq!(options("--seed 9 --minutes 90").length(), Duration::from_mins(90));
    assert_eq!(options("--bug all").bugs.len(), bot_simulation::bugs::BANK.len());
    assert_eq!(options("--bug sent-again").bugs, [Bug::SentAgain]);
    assert!(parse(vec!["--bug".to_owned(), "unknown".to_owned()]).is_err());
    assert!(parse(vec!["--sede".to_owned()]).is_err());
    assert!(parse(vec!["--seeds".to_owned(), "0".to_owned()]).is_err());
}

fn outcome(seed: u64, invariant: Option<&'static str>) -> Outcome {
    let what = "it does not fit".to_owned();
    Outcome {
        seed,
        trace_hash: String::new(),
        steps: 1,
        orders: 0,
        sends: 0,
        starts: 1,
        faults: Tally::default(),
        sometimes: Tally::default(),
        broken: invariant.map(|invariant| bot_simulation::Broken { invariant, step: 1, what }),
        last_events: Vec::new(),
        bot_time: Duration::ZERO,
        attempts_most: 0,
    }
}

#[test]
fn a_seed_of_each_kind_is_kept_once() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir_all(folder.path().join("crates/bot-simulation")).unwrap();
    let length = Duration::from_mins(30);
    let wanted: Vec<Wanted> = (1..=4).map(|seed| Wanted { seed, length }).collect();
    let outcomes = [
        outcome(1, None),
        outcome(2, Some("I-1")),
        outcome(3, Some("I-1")),
        outcome(4, Some("I-9")),
    ];
    for _ in 0..2 {
        seeds_file::keep(folder.path(), &wanted, &outcomes[..]).unwrap();
    }
    let kept: Vec<u64> = seeds_file::read(folder.path()).iter().map(|one| one.seed).collect();
    // The second time only the one that was passed over is new.
    assert_eq!(kept, [2, 4, 3]);
    let first = &campaign::wanted(folder.path(), &options("--seeds 2"))[0];
    assert_eq!((first.seed, first.length), (2, length));
}
