//! How long to wait before the next try.

/// Seconds until the next try of something that failed `attempts` times, at most `longest`.
///
/// Doubles from two seconds; `chance` in 0..1 spreads the tries over the upper half of the
/// interval, so that what failed together is not tried again together.
#[must_use]
pub fn seconds(attempts: u32, chance: f64, longest: u32) -> u32 {
    let interval = 2u32
        .checked_shl(attempts.clamp(1, 31) - 1)
        .unwrap_or(u32::MAX)
        .min(longest.max(1));
    let half = interval / 2;
    let chance = if chance.is_finite() {
        chance.clamp(0.0, 1.0)
    } else {
        0.0
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at most `interval`, never negative"
    )]
    let spread = (f64::from(interval - half) * chance).round() as u32;
    (half + spread).max(1)
}

#[cfg(test)]
mod tests {
    use super::seconds;

    #[test]
    fn the_wait_doubles_up_to_the_longest() {
        let upper: Vec<u32> = (1..=13).map(|n| seconds(n, 1.0, 3600)).collect();
        assert_eq!(
            upper,
            [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024, 2048, 3600, 3600]
        );
        let lower: Vec<u32> = (1..=5).map(|n| seconds(n, 0.0, 3600)).collect();
        assert_eq!(lower, [1, 2, 4, 8, 16]);
    }

    #[test]
    fn no_input_gives_a_wait_of_nothing_or_of_forever() {
        for attempts in [0, 1, 31, 32, u32::MAX] {
            for chance in [-1.0, 0.0, 0.5, 2.0, f64::NAN, f64::INFINITY] {
                let wait = seconds(attempts, chance, 43_200);
                assert!((1..=43_200).contains(&wait), "{attempts} {chance} {wait}");
            }
        }
    }
}
