use std::time::Instant;
#[test]
#[expect(clippy::disallowed_methods, reason = "x")]
fn speed() {
    for pairs in 1..=3 {
        let mut s = crate::line::tests::Small::new(pairs, crate::line::tests::calm_net());
        s.start();
        let t = Instant::now();
        s.run_for(std::time::Duration::from_hours(6));
        let e = t.elapsed();
        println!(
            "{pairs}: {} sim s per s, told {} stats {}",
            21600.0 / e.as_secs_f64(),
            s.told.len(),
            s.kraken.statistics_json()
        );
    }
}
