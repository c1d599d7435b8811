//! The published example to its printed digits, a naive twin, and what must be so.
#![expect(clippy::float_arithmetic, reason = "statistics are opinions, not money")]

use proptest::prelude::*;

use super::*;
use crate::{normal, random::Prng};

/// Block sums of a matrix with one row of returns for each variant.
fn sums_of(variants: &[Vec<f64>], blocks: usize) -> Vec<BlockSums> {
    let length = variants[0].len() / blocks;
    variants.iter().flat_map(|it| it.chunks_exact(length).map(BlockSums::of)).collect()
}

/// The slow and obvious way: joins the returns of each half and sorts.
fn naive(variants: &[Vec<f64>], blocks: usize) -> (f64, u64) {
    let length = variants[0].len() / blocks;
    let ratio = |returns: &[f64]| {
        let count = real_len(returns.len());
        let mean = returns.iter().sum::<f64>() / count;
        let squares: f64 = returns.iter().map(|it| (it - mean) * (it - mean)).sum();
        mean / (squares / count).sqrt()
    };
    let (mut bad, mut all) = (0, 0);
    for mask in 0_u32..1 << blocks {
        if mask.count_ones() as usize * 2 != blocks {
            continue;
        }
        let half = |wanted: u32| -> Vec<f64> {
            let joined = |returns: &Vec<f64>| {
                let kept = returns.chunks_exact(length).enumerate();
                let kept = kept.filter(|(at, _)| mask >> at & 1 == wanted);
                ratio(&kept.flat_map(|(_, block)| block.to_vec()).collect::<Vec<f64>>())
            };
            variants.iter().map(joined).collect()
        };
        let (inside, outside) = (half(1), half(0));
        let best = (0..inside.len()).max_by(|a, b| inside[*a].total_cmp(&inside[*b])).unwrap();
        let mut order: Vec<usize> = (0..outside.len()).collect();
        order.sort_by(|a, b| outside[*a].total_cmp(&outside[*b]));
        let rank = order.iter().position(|it| *it == best).unwrap() + 1;
        bad += u64::from(2 * rank <= outside.len() + 1);
        all += 1;
    }
    (real(bad) / real(all), all)
}

/// R's generator of normal numbers: Mersenne Twister and inversion, seeded as `set.seed` does it.
struct R {
    state: Vec<u32>,
    at: usize,
}

impl R {
    fn seeded(mut seed: u32) -> Self {
        let mut scrambled = || {
            seed = seed.wrapping_mul(69_069).wrapping_add(1);
            seed
        };
        (0..50).for_each(|_| _ = scrambled());
        // The first number is the position, which is then set to its end.
        let _ = scrambled();
        Self { state: (0..624).map(|_| scrambled()).collect(), at: 624 }
    }

    fn number(&mut self) -> u32 {
        if self.at == 624 {
            for at in 0..624 {
                let joined =
                    self.state[at] & 0x8000_0000 | self.state[(at + 1) % 624] & 0x7fff_ffff;
                let twist = if joined & 1 == 1 { 0x9908_b0df } else { 0 };
                self.state[at] = self.state[(at + 397) % 624] ^ joined >> 1 ^ twist;
            }
            self.at = 0;
        }
        let mut number = self.state[self.at];
        self.at += 1;
        number ^= number >> 11;
        number ^= number << 7 & 0x9d2c_5680;
        number ^= number << 15 & 0xefc6_0000;
        number ^ number >> 18
    }

    fn uniform(&mut self) -> f64 {
        let value = f64::from(self.number()) * 2.328_306_436_538_696_3e-10;
        value.clamp(0.5 * 2.328_306_437_080_797e-10, 1.0 - 0.5 * 2.328_306_437_080_797e-10)
    }

    fn normal(&mut self) -> f64 {
        let big = 134_217_728.0;
        let first = (big * self.uniform()).floor() + self.uniform();
        normal::inverse(first / big)
    }
}

#[test]
fn our_copy_of_the_generator_of_r_is_one() {
    // `set.seed(42); rnorm(3)` and `set.seed(1); rnorm(2)`, in every textbook of R.
    let drawn = |seed, count| {
        let mut r = R::seeded(seed);
        (0..count).map(|_| format!("{:.7}", r.normal())).collect::<Vec<_>>()
    };
    assert_eq!(drawn(42, 3), ["1.3709584", "-0.5646982", "0.3631284"]);
    assert_eq!(drawn(1, 2), ["-0.6264538", "0.1836433"]);
}

/// The example in the vignette of the package `pbo` of R, with the results that it prints: 100
/// trials of 2,400 normal returns, scaled to the same mean and deviation, eight blocks, a riskless
/// rate of 3 % a year (<https://cran.r-project.org/web/packages/pbo/vignettes/pbo.html>).
#[test]
fn the_published_example() {
    let mut r = R::seeded(765);
    let count = 2_400;
    let target = 1.0 / 252.0_f64.sqrt();
    let variants: Vec<Vec<f64>> = (0..100)
        .map(|_| {
            let drawn: Vec<f64> = (0..count).map(|_| r.normal()).collect();
            let mean = drawn.iter().sum::<f64>() / real(count);
            let squares: f64 = drawn.iter().map(|it| (it - mean) * (it - mean)).sum();
            let deviation = (squares / real(count - 1)).sqrt();
            drawn.iter().map(|it| (it - mean) * target / deviation - 0.03 / 252.0).collect()
        })
        .collect();
    let found = probability_of_overfitting(&sums_of(&variants, 8), 8).unwrap();
    assert_eq!(found.choices, 70);
    assert_eq!(format!("{:.7}", found.probability), "1.0000000");
    assert_eq!(format!("{:.7}", found.probability_of_loss), "1.0000000");

    // `lm` of the ratios where chosen on those after; R's deviations divide by the count less one.
    let sample = (1_199.0_f64 / 1_200.0).sqrt();
    let pairs: Vec<(f64, f64)> =
        found.pairs.iter().map(|(chosen, after)| (chosen * sample, after * sample)).collect();
    let line = Line::through(pairs.iter().map(|(chosen, after)| (*after, *chosen)));
    // The package prints the constant of that line as "slope".
    assert_eq!(format!("{:.7}", line.constant), "-0.0030456");
    assert_eq!(format!("{:.2}", line.adjusted_r_squared), "0.97");
}

struct Line {
    constant: f64,
    adjusted_r_squared: f64,
}

impl Line {
    fn through(points: impl Iterator<Item = (f64, f64)>) -> Self {
        let points: Vec<(f64, f64)> = points.collect();
        let count = real_len(points.len());
        let mean = |of: fn(&(f64, f64)) -> f64| points.iter().map(of).sum::<f64>() / count;
        let (x, y) = (mean(|it| it.0), mean(|it| it.1));
        let of = |by: &dyn Fn(f64, f64) -> f64| {
            points.iter().map(|it| by(it.0 - x, it.1 - y)).sum::<f64>()
        };
        let (xx, xy, yy) = (of(&|x, _| x * x), of(&|x, y| x * y), of(&|_, y| y * y));
        let r_squared = xy * xy / (xx * yy);
        Self {
            constant: y - xy / xx * x,
            adjusted_r_squared: 1.0 - (1.0 - r_squared) * (count - 1.0) / (count - 2.0),
        }
    }
}

#[test]
fn what_cannot_be_is_refused() {
    let sums = vec![BlockSums::of(&[0.1, -0.1]); 6];
    assert_eq!(probability_of_overfitting(&sums, 3), Err(OverfittingError::Blocks(3)));
    assert_eq!(probability_of_overfitting(&sums, 0), Err(OverfittingError::Blocks(0)));
    assert_eq!(probability_of_overfitting(&sums, 6), Err(OverfittingError::OneVariant));
    let sums = vec![BlockSums::default(); 36];
    assert_eq!(probability_of_overfitting(&sums, 18), Err(OverfittingError::Blocks(18)));
}

#[test]
fn noise_is_a_coin_and_an_edge_is_found() {
    let mut prng = Prng::from_seed(5);
    let mut noise = |edge: f64| -> Vec<f64> {
        let uniform = |it: u64| real(it >> 11) / real(1 << 53) - 0.5;
        (0..1_600).map(|_| uniform(prng.next()) + edge).collect()
    };
    let mut variants: Vec<Vec<f64>> = (0..40).map(|_| noise(0.0)).collect();
    let found = probability_of_overfitting(&sums_of(&variants, 16), 16).unwrap();
    assert_eq!(found.choices, 12_870);
    assert!(0.25 < found.probability, "{}", found.probability);
    variants.push(noise(0.05));
    let found = probability_of_overfitting(&sums_of(&variants, 16), 16).unwrap();
    assert!(found.probability < 0.01, "{}", found.probability);
    assert!(0.0 < found.logit && 0.0 < found.ratio_after);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn is_that_of_the_naive_twin(
        seed in any::<u64>(), count in 2_usize..9, half in 1_usize..4, length in 3_usize..9,
    ) {
        let blocks = 2 * half;
        let mut prng = Prng::from_seed(seed);
        let mut variant = || -> Vec<f64> {
            (0..blocks * length).map(|_| real(prng.below(1 << 40)) / real(1 << 40) - 0.5).collect()
        };
        let variants: Vec<Vec<f64>> = (0..count).map(|_| variant()).collect();
        let found = probability_of_overfitting(&sums_of(&variants, blocks), blocks).unwrap();
        prop_assert_eq!((found.probability, found.choices), naive(&variants, blocks));
    }
}
