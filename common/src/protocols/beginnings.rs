//! First lines that begin the same whoever sends them. Must not look at more
//! than the beginning.

/// How files begin that are sent to a printer's port.
pub const PRINT_JOBS: [&str; 7] = [
    "\u{1b}%-12345X",
    "\u{1b}E\u{1b}&",
    "\u{1b}@",
    "@PJL",
    "%!PS-Adobe",
    "%PDF-",
    "^XA^",
];

/// First lines that are the same for everyone who speaks the protocol:
/// rsync, VNC, a Java debugger, a language server, CVS, Flash, FIX, BitTorrent,
/// Zabbix, CORBA, HL7, Subversion, mail, MPD, distcc, Nmap's guess at a time
/// server, StatsD, events of security, file sharing, a messenger, a satellite
/// receiver, ships and airplanes, dovecot, postfix, XML without its first line,
/// Emacs, Clojure, Informix.
pub const BANNERS: [&str; 45] = [
    "@RSYNCD:",
    "RFB 003.",
    "JDWP-Handshake",
    "Content-Length:",
    "BEGIN AUTH REQUEST",
    "BEGIN VERIFICATION REQUEST",
    "BEGIN GSSAPI REQUEST",
    "<policy-file-request/>",
    "8=FIX",
    "\u{13}BitTorrent protocol",
    "ZBXD\u{1}",
    "GIOP\u{1}",
    "\u{b}MSH|",
    "( 2 ( ",
    "MAIL FROM:<",
    "MAIL FROM: <",
    "RCPT TO:<",
    "command_list_begin",
    "command_list_ok_begin",
    "WEBIRC ",
    "DIST0000",
    "< NTP/",
    "_e{",
    "_sc|",
    "CEF:0|",
    "GNUTELLA CONNECT/",
    "$MyNick ",
    "HSUP AD",
    "VER 1 MSNP",
    "?WATCH=",
    "$GPGGA,",
    "$GPRMC,",
    "!AIVDM,",
    "MSG,3,",
    "VERSION\t1\t",
    "request=smtpd_access_policy",
    "MSH|^~\\&|",
    "<methodCall>",
    "<soap:Envelope",
    "<SyncML",
    "d2:op",
    "sqAYABP",
    "MSRP ",
    "connect {\"",
    "000Chost:",
];

/// Whether a text begins as one of these.
pub fn begins_with_one_of(text: &str, beginnings: &[&str]) -> bool {
    beginnings.iter().any(|begin| text.starts_with(begin))
}
