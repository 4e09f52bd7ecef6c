//! How long the server takes for pieces of work: `cargo bench -p transom-server --bench work`.
//!
//! All but `roundtrip` without sockets and threads.

mod display;
#[path = "rig/mod.rs"]
mod rig;

fn main() {
    divan::main();
}

#[divan::bench(args = rig::NAMES)]
fn work(bencher: divan::Bencher<'_, '_>, name: &str) {
    let mut work = rig::work(name).expect("all names have their work");
    // What is made once is not measured.
    for _ in 0..3 {
        work();
    }
    bencher.bench_local(work);
}

/// A question and its answer, through a Unix socket and the server's threads.
#[divan::bench]
fn roundtrip(bencher: divan::Bencher<'_, '_>) {
    let mut display = display::Display::start();
    bencher.bench_local(move || display.ask());
}
