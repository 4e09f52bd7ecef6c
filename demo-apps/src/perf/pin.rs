//! Which core a process runs on.

use std::process::Command;

use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

use super::{Failure, Outcome};

/// Where the two sides of a measurement run.
#[derive(Clone, Copy, Debug)]
pub struct Cores {
    /// The server's.
    pub server: usize,
    /// This program's, and x11perf's.
    pub client: usize,
}

impl Cores {
    /// The first two cores that this process may use.
    pub fn choose() -> Outcome<Self> {
        let allowed = sched_getaffinity(None).map_err(|e| Failure::new(e.to_string()))?;
        let mut cores = (0..CpuSet::MAX_CPU).filter(|cpu| allowed.is_set(*cpu));
        match (cores.next(), cores.next()) {
            (Some(client), Some(server)) => Ok(Self { server, client }),
            _ => Err(Failure::new("--pin needs two cores")),
        }
    }
}

/// Keeps this thread, and the processes it starts from now on, on one core.
pub fn pin_myself(core: usize) -> Outcome<()> {
    keep_to(&[core])
}

/// Keeps this thread, and the processes it starts from now on, on some cores.
pub fn keep_to(cores: &[usize]) -> Outcome<()> {
    let mut set = CpuSet::new();
    cores.iter().for_each(|core| set.set(*core));
    sched_setaffinity(None, &set)
        .map_err(|e| Failure::new(format!("cannot keep to the cores {cores:?}: {e}")))
}

/// The command, on one core if that is asked for. Through taskset, since a process that runs on
/// another core than its parent needs code between fork and exec.
pub fn command(program: &std::path::Path, core: Option<usize>) -> Command {
    let Some(core) = core else {
        return Command::new(program);
    };
    let mut command = Command::new("taskset");
    command.arg("-c").arg(core.to_string()).arg(program);
    command
}
