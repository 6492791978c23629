//! First lines that are known by their shape: a verb, how many words, a number
//! where there must be one. Must take nothing for a protocol's that a person may
//! type.

use crate::protocols::HEAD_BYTES;
use crate::protocols::beginnings::begins_with_one_of;

/// How far a binary protocol is looked for. Later in a line, strange bytes
/// are what somebody has pasted.
const BINARY_BYTES: usize = 64;

/// Whether a byte is a control character that no key leaves in a line on
/// purpose: not tab, backspace, form feed, a line break or escape.
pub fn is_no_key(byte: &u8) -> bool {
    matches!(byte, 0..=7 | 11 | 14..=26 | 28..=31)
}

/// Numbers of more than one byte: the null bytes in them stand side by side,
/// or beside other control characters. One alone may be a slip of the hand,
/// Ctrl-Space or Ctrl-A; after a carriage return it is telnet's way to end a
/// line.
pub fn is_binary(head: &[u8]) -> bool {
    let head = &head[..head.len().min(BINARY_BYTES)];
    let is_null = |at: usize| head[at] == 0 && (at == 0 || head[at - 1] != 13);
    let nulls = (0..head.len()).filter(|at| is_null(*at));
    let beside = nulls.clone().any(|at| {
        let before = at.checked_sub(1).map(|before| &head[before]);
        [before, head.get(at + 1)]
            .into_iter()
            .flatten()
            .any(is_no_key)
    });
    beside || nulls.count() > 1
}

/// A line of nothing else, which stands before the header of some proxies.
pub fn is_all_null(head: &[u8]) -> bool {
    !head.is_empty() && head.iter().all(|byte| *byte == 0)
}

/// The version, then how many ways to log in, or what to connect to.
pub fn is_socks(head: &[u8]) -> bool {
    matches!(head, [4, 1 | 2, ..] | [5, 1..=9, ..])
}

/// `SSH-2.0-OpenSSH_9.6`.
pub fn is_ssh(text: &str) -> bool {
    let version = text.strip_prefix("SSH-").unwrap_or_default();
    version.split_once('-').is_some_and(|(version, _)| {
        version.contains('.')
            && version.chars().all(|c| c.is_ascii_digit() || c == '.')
    })
}

/// `0030git-upload-pack /path`: the length comes first.
pub fn is_git(text: &str) -> bool {
    let (length, rest) = text.split_at_checked(4).unwrap_or_default();
    length.chars().all(|c| c.is_ascii_hexdigit())
        && begins_with_one_of(rest, &["git-upload-", "git-receive-"])
}

/// `+$qSupported:...#c6`: a command of gdb without a blank, and its sum.
pub fn is_debugger(text: &str) -> bool {
    let command = text.trim_start_matches('+').strip_prefix('$');
    let command = command.and_then(|it| it.split_once('#'));
    command.is_some_and(|(command, sum)| {
        !command.is_empty()
            && !command.contains(char::is_whitespace)
            && sum.len() >= 2
            && sum.chars().take(2).all(|c| c.is_ascii_hexdigit())
    })
}

/// What stands before the connection of somebody whom a proxy lets through.
pub fn is_proxy_header(text: &str) -> bool {
    begins_with_one_of(text, &["PROXY TCP", "PROXY UNKNOWN"])
}

/// `GET / HTTP/1.1`, and the protocols made after it: a method, a target,
/// a version. Who shouts the method may have blanks in the target.
pub fn is_request(words: &[&str], version: &str) -> bool {
    let [method, target, ..] = words else {
        return false;
    };
    let shouts = method.chars().all(|c| c.is_ascii_uppercase());
    let is_short = words.len() == 3;
    method.chars().all(is_in_a_token)
        && (is_target(target) || shouts && is_short && method.len() > 2)
        && (words.len() <= 3 || shouts)
        && is_version(version)
}

/// What a method may be made of, which a page may choose as it likes (RFC 9110,
/// section 5.6.2).
fn is_in_a_token(c: char) -> bool {
    c.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(c)
}

fn is_version(word: &str) -> bool {
    let word = word.to_ascii_uppercase();
    ["HTTP/", "RTSP/", "SIP/", "ICAP/", "ICE/"]
        .iter()
        .any(|name| {
            let number = word.strip_prefix(name).unwrap_or_default();
            number.starts_with(is_digit)
        })
}

/// A method so long that the rest of the line is not seen, but for its end.
pub fn is_endless_request(head: &[u8], version: &str) -> bool {
    head.len() == HEAD_BYTES
        && head.iter().all(|byte| is_in_a_token(char::from(*byte)))
        && is_version(version)
}

/// `lpr` prints the file that comes: a number, then the name of a printer.
pub fn is_queue(head: &[u8]) -> bool {
    let [1..=5, name @ ..] = head else {
        return false;
    };
    let is_plain =
        |byte: &u8| byte.is_ascii_alphanumeric() || b"-_. ".contains(byte);
    !name.is_empty() && name.iter().all(is_plain)
}

/// A path, an address, a host with its port, or the star of `OPTIONS`.
pub fn is_target(word: &str) -> bool {
    word.starts_with(['/', '?']) || word == "*" || word.contains(':')
}

/// `*1`, and nothing else: how many parts a command has.
pub fn is_redis(text: &str) -> bool {
    let number = text.strip_prefix('*').unwrap_or_default();
    !number.is_empty() && number.chars().all(|c| c.is_ascii_digit())
}

/// `EHLO mail.example`. Somebody may greet with `helo bob`, so that counts
/// with the address of a machine only.
pub fn is_smtp(words: &[&str]) -> bool {
    let (verb, host) = match words {
        ["EHLO" | "LHLO"] => return true,
        [verb, host] => (verb, host),
        _ => return false,
    };
    match verb.to_ascii_uppercase().as_str() {
        "EHLO" | "LHLO" => true,
        "HELO" => *host == "localhost" || host.contains(['.', '[']),
        _ => false,
    }
}

/// How IRC, FTP and POP3 log in: in capitals, and with a password that must
/// not be said to everyone. `nick bob` is what a person writes.
pub fn is_irc(words: &[&str]) -> bool {
    match words {
        ["CAP", "LS" | "REQ" | "END" | "LIST", ..] => true,
        ["NICK" | "PASS" | "USER", _] => true,
        ["user", _, "pass", _, ..] => true,
        ["USER", _, mode, _, name, ..] => {
            name.starts_with(':') || *mode == "*" || is_number(mode)
        }
        _ => false,
    }
}

/// `<34>Oct 11 22:14:15 mail su: ...`: how urgent it is stands first, or how
/// many bytes follow.
pub fn is_syslog(text: &str) -> bool {
    let text = text.trim_start_matches(is_digit).trim_start_matches(' ');
    let urgency = text.strip_prefix('<').and_then(|it| it.split_once('>'));
    urgency.is_some_and(|(number, rest)| {
        (1..=3).contains(&number.len())
            && number.chars().all(|c| c.is_ascii_digit())
            && rest.starts_with(|c: char| c.is_ascii_alphanumeric())
    })
}

/// How IMAP and others log in: the password must not be said to everyone.
pub fn is_login(words: &[&str]) -> bool {
    match words {
        [_, "LOGIN", _, _] => true,
        [tag, "LOGIN", _, ..] | [tag, "login", _, _] => tag.ends_with(is_digit),
        [tag, "login", name, ..] => {
            tag.ends_with(is_digit) && name.starts_with('"')
        }
        // Asterisk takes it in any case, with a blank or without.
        [action, login] if action.eq_ignore_ascii_case("action:") => {
            login.eq_ignore_ascii_case("login")
        }
        [action] => action.eq_ignore_ascii_case("action:login"),
        ["AUTH" | "AUTHENTICATE" | "APOP" | "AUTHINFO", _, ..] => true,
        ["HELLO", "2" | "3", "AUTH", ..] => true,
        _ => false,
    }
}

pub fn is_digit(c: char) -> bool {
    c.is_ascii_digit()
}

pub fn is_number(word: &str) -> bool {
    !word.is_empty() && word.chars().all(is_digit)
}

/// `a1 CAPABILITY`: a tag with a number, and a verb in capitals.
pub fn is_imap(words: &[&str]) -> bool {
    let [tag, verb @ ..] = words else {
        return false;
    };
    let is_verb = match verb {
        ["CAPABILITY" | "STARTTLS" | "NOOP"] => true,
        ["AUTHENTICATE", _, ..] => true,
        ["ID", what, ..] => what.starts_with('(') || *what == "NIL",
        _ => false,
    };
    is_verb
        && tag.starts_with(|c: char| c.is_ascii_alphabetic())
        && tag.ends_with(is_digit)
}

/// `set key 0 900 5`, as memcached has it, and `put 0 0 60 5` of beanstalkd:
/// so many numbers behind a verb that the number of bytes is one of them.
pub fn is_store(words: &[&str]) -> bool {
    let verbs = ["set", "add", "replace", "append", "prepend", "cas"];
    match words {
        [verb, _, numbers @ ..] if verbs.contains(verb) => {
            let numbers = match numbers {
                [numbers @ .., "noreply"] => numbers,
                all => all,
            };
            let is_whole = |it: &&str| it.parse::<i64>().is_ok();
            (3..=4).contains(&numbers.len()) && numbers.iter().all(is_whole)
        }
        ["ms", _, bytes, ..] => is_number(bytes),
        // OpenTSDB: when, how much, of what.
        ["put", _, time, _, tag, ..] if tag.contains('=') => is_time(time),
        ["put", numbers @ ..] => {
            numbers.len() == 4 && numbers.iter().all(|it| is_number(it))
        }
        // NATS has the number of bytes last, too.
        ["PUB", _, bytes] => is_number(bytes),
        _ => false,
    }
}

/// Seconds since 1970, or smaller parts of it.
fn is_time(word: &str) -> bool {
    word.len() >= 10 && is_number(word)
}

/// What is counted and timed: `page.views:1|c` (statsd), `cpu,host=a load=1`
/// (InfluxDB), `cpu.load 0.5 1700000000` (Graphite).
pub fn is_measurement(text: &str, words: &[&str]) -> bool {
    let is_value = |it: &str| it.parse::<f64>().is_ok();
    let kinds = ["c", "g", "h", "d", "s", "m", "ms"];
    let statsd = text.split_once('|').is_some_and(|(what, kind)| {
        let value = what.rsplit_once(':').map(|(_, value)| value);
        let kind = kind.split('|').next().unwrap_or_default();
        kinds.contains(&kind)
            && !what.contains(' ')
            && value.is_some_and(is_value)
    });
    statsd
        || match words {
            [name, value, time] if is_value(value) => {
                name.contains('.') && (is_time(time) || *time == "N")
            }
            [_, fields, time] if fields.contains('=') => is_time(time),
            [series, fields, ..] if fields.contains('=') => {
                series.split_once(',').is_some_and(|it| it.1.contains('='))
            }
            _ => false,
        }
}

/// What else a person does not type: WebLogic, a spam filter, news, a
/// dictionary, a cache's control.
pub fn is_known(words: &[&str]) -> bool {
    match words {
        ["t3" | "t3s", version] => {
            version.contains('.') && version.starts_with(is_digit)
        }
        [_, version] if version.starts_with("SPAMC/") => true,
        ["MODE", "READER"] => true,
        ["SOURCE", _, mount] => mount.starts_with('/'),
        [_, "open", _, offer, ..] => offer.starts_with("relp_version="),
        [.., "MGCP", version] => version.starts_with(is_digit),
        ["CLIENT", _, version] => version.starts_with(is_digit),
        ["DEFINE", "!" | "*", _] | ["WWWOFFLE", _] => true,
        _ => false,
    }
}

/// What stands below `CONNECT` and `STOMP`, which are words where it does not:
/// the login and the password are among it.
pub fn is_stomp_header(line: &[u8]) -> bool {
    let text = String::from_utf8_lossy(line);
    let is_plain = |c: char| c.is_ascii_lowercase() || "-_".contains(c);
    text.split_once(':').is_some_and(|(name, value)| {
        !name.is_empty()
            && name.chars().all(is_plain)
            && !value.trim_end().contains(char::is_whitespace)
    })
}

/// One object of a program that speaks JSON: calls, logs, commands.
pub fn is_json_of_a_program(text: &str) -> bool {
    let has = |key: &str| text.contains(key);
    let both = |one: &str, other: &str| has(one) && has(other);
    text.starts_with(['{', '['])
        && (has("\"jsonrpc\"")
            || both("\"method\"", "\"params\"")
            || both("\"method\"", "\"id\"")
            || both("\"version\"", "\"short_message\"")
            || both("\"command\"", "\"arguments\"")
            || has("\"@timestamp\"")
            || has("{\"execute\":")
            || has("{\"command\":["))
}
