//! Which server a tool speaks to.

use std::net::{IpAddr, ToSocketAddrs};
use std::path::PathBuf;

use super::Failure;
use super::args::Target;
use super::link::Link;
use crate::control::{Info, Request};
use crate::transport::{ListenAddress, runtime_dir_path, suffixed};

/// Connects to the server that `--display`, `TRANSOM_CONTROL` or `TRANSOM_DISPLAY` names, else to
/// the only one of this user.
pub(super) fn connect(target: &Target) -> Result<Link, Failure> {
    if let Some(display) = &target.display {
        return connect_to(display, "--display");
    }
    if let Some(path) = variable("TRANSOM_CONTROL") {
        let from = format!("TRANSOM_CONTROL={path}");
        return Link::open(&PathBuf::from(path)).map_err(|e| no_answer(&from, &e));
    }
    if let Some(display) = variable("TRANSOM_DISPLAY") {
        return connect_to(&display, "TRANSOM_DISPLAY");
    }
    only_running()
}

fn variable(name: &str) -> Option<String> {
    let value = std::env::var_os(name)?.to_string_lossy().into_owned();
    (!value.is_empty()).then_some(value)
}

fn connect_to(display: &str, source: &str) -> Result<Link, Failure> {
    let address: ListenAddress = display
        .parse()
        .map_err(|e| Failure::new(format!("{source}: {e}")))?;
    let from = format!("{source} {display}");
    let path = match address {
        ListenAddress::Display(number) => runtime_dir_path().join(format!("{number}.control")),
        ListenAddress::Unix(path) => suffixed(&path, ".control"),
        ListenAddress::Tcp(host, port) => return running_at(&from, &host, port),
    };
    Link::open(&path).map_err(|e| no_answer(&from, &format!("{}: {e}", path.display())))
}

fn no_answer(from: &str, problem: &dyn std::fmt::Display) -> Failure {
    Failure::new(format!(
        "no server answers at {from} ({problem}); start one with 'transom serve --headless'"
    ))
}

/// The server of this user that listens at a TCP address. Control sockets do not cross machines.
fn running_at(from: &str, host: &str, port: u16) -> Result<Link, Failure> {
    let wanted: Vec<_> = match (host, port).to_socket_addrs() {
        Ok(addresses) => addresses.collect(),
        Err(e) => return Err(no_answer(from, &e)),
    };
    let listens = |address: &String| {
        let address = address.strip_prefix("tcp://").unwrap_or(address);
        let address: Option<std::net::SocketAddr> = address.parse().ok();
        address.is_some_and(|at| {
            let reaches = |ip: IpAddr| at.ip() == ip || at.ip().is_unspecified();
            wanted
                .iter()
                .any(|w| w.port() == at.port() && reaches(w.ip()))
        })
    };
    for (link, info) in running() {
        if info.addresses.iter().any(listens) {
            return Ok(link);
        }
    }
    let problem =
        "no server of yours on this machine listens there; tools cannot reach those on others";
    Err(no_answer(from, &problem))
}

fn only_running() -> Result<Link, Failure> {
    let mut running = running();
    match running.len() {
        1 => Ok(running.remove(0).0),
        0 => Err(Failure::new(format!(
            "no server is running (none answers in {}); start one with 'transom serve --headless', or name one with \
             --display",
            runtime_dir_path().display()
        ))),
        _ => {
            let names: Vec<String> = running
                .iter()
                .map(|(_, info)| info.addresses.join(" "))
                .collect();
            Err(Failure::new(format!(
                "several servers are running ({}); name one with --display or TRANSOM_DISPLAY",
                names.join(", ")
            )))
        }
    }
}

/// All servers of this user that have a display number.
fn running() -> Vec<(Link, Info)> {
    let Ok(files) = std::fs::read_dir(runtime_dir_path()) else {
        return Vec::new();
    };
    let paths = files.flatten().map(|file| file.path());
    let mut paths: Vec<PathBuf> = paths
        .filter(|path| path.extension().is_some_and(|e| e == "control"))
        .collect();
    paths.sort();
    paths
        .iter()
        .filter_map(|path| {
            let mut link = Link::open(path).ok()?;
            let info = link.ask(&Request::Info {}).ok()?;
            Some((link, info))
        })
        .collect()
}
