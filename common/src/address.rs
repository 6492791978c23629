//! Where a room is: a host and a port, as people write them. Must not resolve
//! or connect anything.

use std::fmt;
use std::str::FromStr;

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

    /// Reads `host`, `host:port`, `:port`, `[v6]`, `[v6]:port` or a bare IPv6
    /// address. What is missing is [`HOST`] or [`PORT`].
    fn from_str(text: &str) -> Result<Self, AddressError> {
        let error = |reason| AddressError {
            text: text.to_owned(),
            reason,
        };
        let (host, port) = split(text).map_err(error)?;
        let port = match port {
            None => PORT,
            Some(digits) => digits
                .parse()
                .map_err(|_| error("a port is a number from 0 to 65535"))?,
        };
        if host.chars().any(|c| c.is_whitespace() || c.is_control()) {
            return Err(error("a host has no spaces"));
        }
        let host = if host.is_empty() { HOST } else { host };
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
    if let Some(rest) = text.strip_prefix('[') {
        let (host, rest) =
            rest.split_once(']').ok_or("the bracket is not closed")?;
        return match (rest.is_empty(), rest.strip_prefix(':')) {
            (true, _) => Ok((host, None)),
            (false, Some(port)) => Ok((host, Some(port))),
            (false, None) => Err("after the bracket comes a colon"),
        };
    }
    match text.rsplit_once(':') {
        // More than one colon and no bracket: an IPv6 address without a port.
        Some((host, _)) if host.contains(':') => Ok((text, None)),
        Some((host, port)) => Ok((host, Some(port))),
        None => Ok((text, None)),
    }
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
        ] {
            let said = parsed(text);
            assert!(said.contains(reason), "{text:?} gave {said:?}");
            assert!(said.contains(&format!("\"{text}\"")), "{said:?}");
        }
    }
}
