//! Where a program listens, read from `/proc`.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use super::processes::{numbers, parent_of, processes};
use super::sockets::{Role, sockets};

/// Where the processes of `group` listen, besides where they should.
pub fn listening_elsewhere(group: u32, wanted: SocketAddr) -> Vec<String> {
    let mut found: Vec<String> = processes(group)
        .iter()
        .flat_map(|process| listeners(process))
        .filter(|address| !leads_to(*address, wanted))
        .map(|address| address.to_string())
        .collect();
    found.sort();
    found.dedup();
    found
}

/// The processes of `group` without those that only wait for the one that
/// listens, such as a shell, `make` or `go run`: it is their child, and they
/// listen nowhere. Empty if nobody listens.
pub fn without_wrappers(group: u32) -> Vec<PathBuf> {
    let mut processes = processes(group);
    let (listening, silent): (Vec<_>, Vec<_>) = processes
        .iter()
        .cloned()
        .partition(|process| !listeners(process).is_empty());
    if listening.is_empty() {
        return listening;
    }
    for listener in &listening {
        let mut above = parent_of(listener);
        while let Some(parent) = above.filter(|above| silent.contains(above)) {
            processes.retain(|process| *process != parent);
            above = parent_of(&parent);
        }
    }
    processes
}

/// Whether a connection to `wanted` arrives at a listener on this address.
fn leads_to(address: SocketAddr, wanted: SocketAddr) -> bool {
    address.port() == wanted.port()
        && (address.ip().is_unspecified() || address.ip() == wanted.ip())
}

fn listeners(process: &Path) -> Vec<SocketAddr> {
    let sockets = sockets(process);
    numbers(&process.join("fd"))
        .iter()
        .flat_map(fs::read_link)
        .filter_map(|link| sockets.get(&link.display().to_string()))
        .filter(|socket| socket.role == Role::Listener)
        .map(|socket| socket.local)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::TcpListener;

    #[test]
    fn whoever_listens_elsewhere_is_found_there() {
        let here = TcpListener::bind("127.0.0.1:0").expect("a port");
        let here = here.local_addr().expect("its address");
        let group = rustix::process::getpgrp().as_raw_nonzero().get();
        let group = u32::try_from(group).expect("a group");
        let mut elsewhere = here;
        elsewhere.set_port(here.port() ^ 1);
        assert!(
            listening_elsewhere(group, elsewhere).contains(&here.to_string())
        );
        assert!(!listening_elsewhere(group, here).contains(&here.to_string()));
    }
}
