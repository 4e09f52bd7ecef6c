//! A few clients of the fuzzer, always the same. `examples/fuzz.rs` serves others for as long as wanted.

use transom_tests::fuzz::{Report, session};

#[test]
fn absurd_clients_cost_only_themselves() {
    let mut report = Report::default();
    for seed in 0..60 {
        session(seed, &mut report);
    }
    // What the fuzzer says must get past the decoder, or it shows nothing.
    assert!(report.closed < report.sessions * 9 / 10, "{report:?}");
    assert!(report.packets > report.sessions * 6, "{report:?}");
    assert!(report.memory > 1 << 19, "{report:?}");
}
