//! Where a room is: a host and a port, as people write them. Must not resolve
//! or connect anything.

// `core` has addresses, and no sockets.
use core::net::{Ipv4Addr, Ipv6Addr};
use std::fmt;
use std::str::FromStr;

use crate::marks;

/// The port of a room whose address does not name one.
pub const PORT: u16 = 7007;

/// The host of a room whose address is not given: this machine alone, so
/// that nobody opens a room to the network without having said so.
pub const HOST: &str = "127.0.0.1";

/// A host and a port, not looked up yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// A host name, an IPv4 address, or an IPv6 address without brackets.
    pub host: String,
    /// A TCP port; 0 asks the system for a free one.
    pub port: u16,
}

impl Default for Address {
    fn default() -> Self {
        Self {
            host: HOST.to_owned(),
            port: PORT,
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.host.contains(':') {
            write!(f, "[{}]:{}", self.host, self.port)
        } else {
            write!(f, "{}:{}", self.host, self.port)
        }
    }
}

/// A text that is no address: says which text, and what would be right.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AddressError {
    text: String,
    reason: &'static str,
}

impl fmt::Display for AddressError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "\"{}\" is not an address: {} \
             (right would be {HOST}:{PORT}, localhost or [::1]:{PORT})",
            self.text, self.reason
        )
    }
}

impl std::error::Error for AddressError {}

impl FromStr for Address {
    type Err = AddressError;

    /// Reads `host`, `host:port`, `port`, `:port`, `[v6]`, `[v6]:port` or a
    /// bare IPv6 address. What is missing is [`HOST`] or [`PORT`].
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let error = |reason| AddressError {
            text: marks::defused(text).into_owned(),
            reason,
        };
        let (host, port) = split(text).map_err(error)?;
        let port = match port {
            None => PORT,
            Some(digits) => parse_port(digits).map_err(error)?,
        };
        Ok(Self {
            host: host.to_owned(),
            port,
        })
    }
}

/// Cuts an address into its host and, where there is one, its port.
fn split(text: &str) -> Result<(&str, Option<&str>), &'static str> {
    if text.is_empty() {
        return Err("it is empty");
    }
    if text.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err("a host has no spaces");
    }
    if is_number(text) {
        return Ok((HOST, Some(text)));
    }
    if let Some(rest) = text.strip_prefix('[') {
        return split_brackets(rest);
    }
    let (host, port) = match text.rsplit_once(':') {
        // More than one colon and no bracket: an IPv6 address without a port.
        Some((host, _)) if host.contains(':') => {
            check_v6(text)?;
            return Ok((text, None));
        }
        Some((host, port)) => (host, Some(port)),
        None => (text, None),
    };
    check_name_or_v4(host)?;
    Ok((if host.is_empty() { HOST } else { host }, port))
}

fn split_brackets(rest: &str) -> Result<(&str, Option<&str>), &'static str> {
    let (host, rest) =
        rest.split_once(']').ok_or("the bracket is not closed")?;
    check_v6(host)?;
    match (rest.is_empty(), rest.strip_prefix(':')) {
        (true, _) => Ok((host, None)),
        (false, Some(port)) => Ok((host, Some(port))),
        (false, None) => Err("after the bracket comes a colon"),
    }
}

fn parse_port(digits: &str) -> Result<u16, &'static str> {
    let port = digits.parse().ok().filter(|_| is_number(digits));
    port.ok_or("a port is a number from 0 to 65535")
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// An IPv6 address, perhaps with the interface it is reached by.
fn check_v6(host: &str) -> Result<(), &'static str> {
    let (address, _) = host.split_once('%').unwrap_or((host, ""));
    match address.parse::<Ipv6Addr>() {
        Ok(_) => Ok(()),
        Err(_) => Err("with more than one colon, or in brackets, stands an \
                       IPv6 address"),
    }
}

/// The system's resolver takes `127.1`, `0x7f.1` and `0177.0.0.1` for IPv4
/// addresses, and hardly anybody means what it makes of them.
fn check_name_or_v4(host: &str) -> Result<(), &'static str> {
    let bare = host.strip_suffix('.').unwrap_or(host);
    let is_numeric = bare.split('.').all(is_number_of_resolver);
    if is_numeric && host.parse::<Ipv4Addr>().is_err() {
        return Err("an IPv4 address is four decimal numbers from 0 to 255");
    }
    Ok(())
}

/// Whether the resolver reads this as a number: in decimal, octal or
/// hexadecimal.
fn is_number_of_resolver(label: &str) -> bool {
    let hex = label.strip_prefix("0x").or(label.strip_prefix("0X"));
    let is_hex =
        |digits: &str| digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    is_number(label) || hex.is_some_and(is_hex)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> String {
        match text.parse::<Address>() {
            Ok(address) => address.to_string(),
            Err(error) => format!("error: {error}"),
        }
    }

    #[test]
    fn what_is_missing_is_filled_in() {
        assert_eq!(parsed("127.0.0.1:80"), "127.0.0.1:80");
        assert_eq!(parsed("example.org"), "example.org:7007");
        assert_eq!(parsed(":0"), "127.0.0.1:0");
        assert_eq!(parsed("::1"), "[::1]:7007");
        assert_eq!(parsed("[::1]"), "[::1]:7007");
        assert_eq!(parsed("[fe80::2]:9"), "[fe80::2]:9");
        assert_eq!(parsed("fe80::2%eth0"), "[fe80::2%eth0]:7007");
        assert_eq!(parsed("[::ffff:10.0.0.1]:9"), "[::ffff:10.0.0.1]:9");
        assert_eq!(parsed("10.example:9"), "10.example:9");
        assert_eq!(parsed("chat.example.org."), "chat.example.org.:7007");
    }

    #[test]
    fn a_bare_number_is_a_port_of_this_machine() {
        assert_eq!(parsed("7007"), "127.0.0.1:7007");
        assert_eq!(parsed("0"), "127.0.0.1:0");
        assert_eq!(parsed("65535"), "127.0.0.1:65535");
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (text, reason) in [
            ("localhost:seven", "0 to 65535"),
            ("localhost:65536", "0 to 65535"),
            ("localhost:", "0 to 65535"),
            ("", "empty"),
            ("[::1", "not closed"),
            ("[::1]7007", "comes a colon"),
            ("local host", "no spaces"),
            ("70070", "0 to 65535"),
            ("017700000001", "0 to 65535"),
            ("localhost:+80", "0 to 65535"),
            ("127.1", "four decimal numbers"),
            ("0x7f.1", "four decimal numbers"),
            ("0X7F000001", "four decimal numbers"),
            ("0177.0.0.1", "four decimal numbers"),
            ("256.0.0.1:80", "four decimal numbers"),
            ("1.2.3.4.5", "four decimal numbers"),
            ("127.0.0.1.", "four decimal numbers"),
            ("7007:7007", "four decimal numbers"),
            ("0x:80", "four decimal numbers"),
            ("[]:80", "an IPv6 address"),
            ("[127.0.0.1]:80", "an IPv6 address"),
            ("[localhost]", "an IPv6 address"),
            ("localhost:70:07", "an IPv6 address"),
            ("tcp://localhost:7007", "an IPv6 address"),
        ] {
            let said = parsed(text);
            assert!(said.contains(reason), "{text:?} gave {said:?}");
            assert!(said.contains(&format!("\"{text}\"")), "{said:?}");
        }
    }
}
