//! How much has to be done to last as long as it should.

use std::time::Duration;

/// The most passes ever tried: beyond, something takes no time at all.
const MAX_PASSES: u64 = 1 << 40;

/// Finds how many passes take about `goal`, by trying with more and more of them. `run` does so many
/// and says how long they took.
pub fn passes<E>(
    goal: Duration,
    mut run: impl FnMut(u64) -> Result<Duration, E>,
) -> Result<u64, E> {
    let mut passes = 1;
    loop {
        let took = run(passes)?;
        if took >= goal / 4 || passes >= MAX_PASSES {
            return Ok(scaled(passes, took, goal));
        }
        passes = next(passes, took, goal);
    }
}

/// So many passes as would have taken `goal`, at least one.
pub fn scaled(passes: u64, took: Duration, goal: Duration) -> u64 {
    let factor = goal.as_secs_f64() / took.as_secs_f64().max(1e-9);
    ((passes as f64 * factor).round() as u64).clamp(1, MAX_PASSES)
}

/// What to try after `passes` took too little time: half of the goal by what is known, but not
/// more than ten times as much, since short times say little.
fn next(passes: u64, took: Duration, goal: Duration) -> u64 {
    scaled(passes, took, goal / 2).clamp(passes + 1, passes.saturating_mul(10))
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOAL: Duration = Duration::from_millis(500);

    /// Something that takes `fixed` and so much a pass.
    fn tried(fixed: Duration, pass: Duration) -> (u64, Vec<u64>) {
        let mut tries = Vec::new();
        let found = passes(GOAL, |passes| {
            tries.push(passes);
            Ok::<_, ()>(fixed + Duration::from_nanos(pass.as_nanos() as u64 * passes))
        });
        (found.expect("nothing fails"), tries)
    }

    #[test]
    fn what_is_found_takes_about_as_long_as_it_should() {
        for nanos in [3, 70, 1000, 45_000, 2_000_000, 60_000_000] {
            let pass = Duration::from_nanos(nanos);
            let (found, tries) = tried(Duration::from_micros(30), pass);
            let takes = pass.as_secs_f64() * found as f64 / GOAL.as_secs_f64();
            assert!((0.9..1.1).contains(&takes), "{nanos}: {takes}");
            assert!(tries.len() < 12, "{tries:?}");
        }
    }

    #[test]
    fn what_takes_longer_than_it_should_is_done_once() {
        let (found, tries) = tried(Duration::ZERO, GOAL * 3);
        assert_eq!((found, tries), (1, vec![1]));
    }

    #[test]
    fn a_failure_ends_it() {
        assert_eq!(passes(GOAL, |_| Err::<Duration, _>("gone")), Err("gone"));
    }

    #[test]
    fn something_that_takes_no_time_comes_to_an_end() {
        assert!(passes(GOAL, |_| Ok::<_, ()>(Duration::ZERO)).is_ok());
    }
}
