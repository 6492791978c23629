//! Where a program listens, read from `/proc`.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;

use super::processes::{numbers, processes};
use super::sockets::{Role, sockets};

/// Where the processes of `group` listen, besides where they should.
pub fn doors(group: u32, wanted: SocketAddr) -> Vec<String> {
    let mut doors: Vec<String> = processes(group)
        .iter()
        .flat_map(|process| listening(process))
        .filter(|door| !leads_to(*door, wanted))
        .map(|door| door.to_string())
        .collect();
    doors.sort();
    doors.dedup();
    doors
}

/// Whether who connects to `wanted` comes to this door.
fn leads_to(door: SocketAddr, wanted: SocketAddr) -> bool {
    door.port() == wanted.port()
        && (door.ip().is_unspecified() || door.ip() == wanted.ip())
}

fn listening(process: &Path) -> Vec<SocketAddr> {
    let sockets = sockets(process);
    numbers(&process.join("fd"))
        .iter()
        .flat_map(fs::read_link)
        .filter_map(|link| sockets.get(&link.display().to_string()))
        .filter(|socket| socket.role == Role::Door)
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
        assert!(doors(group, elsewhere).contains(&here.to_string()));
        assert!(!doors(group, here).contains(&here.to_string()));
    }
}
