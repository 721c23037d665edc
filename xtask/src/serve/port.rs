//! A port that nobody listens on.

use anyhow::{Result, bail};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::time::Duration;

/// How many ports are tried.
const TRIES: u16 = 20;

/// `wanted`, or the next free one after it.
pub fn free(wanted: u16) -> Result<u16> {
    let last = wanted.saturating_add(TRIES - 1);
    match (wanted..=last).find(|&port| is_free(port)) {
        Some(port) => {
            if port != wanted {
                println!("Port {wanted} is taken; using {port}.");
            }
            Ok(port)
        }
        None => bail!("The ports {wanted} to {last} are all taken: choose another with `--port`."),
    }
}

fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// Whether somebody answers on the port.
pub fn answers(port: u16) -> bool {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpStream::connect_timeout(&address, Duration::from_millis(200)).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_taken_port_gives_way_to_the_next_free_one() {
        let taken = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = taken.local_addr().unwrap().port();
        assert!(answers(port));
        let other = free(port).unwrap();
        assert!(other > port && other < port + TRIES, "{port} {other}");
    }
}
