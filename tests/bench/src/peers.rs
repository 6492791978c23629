//! The servers that are compared: how each is started. Peers that are not
//! installed are left out, in words.
//!
//! Each gets a free port of 127.0.0.1 and a configuration that switches off
//! what would stop a load: limits per address, flood control, name lookups.

use std::fs;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use super::dialect::Dialect;
use super::gauge::Gauge;

/// How long a server may take until it listens.
const START_MAX: Duration = Duration::from_secs(15);
/// Between two looks at a server that is starting.
const START_RETRY: Duration = Duration::from_millis(20);
/// More clients than any scenario has.
const CLIENTS_MAX: &str = "15000";

/// A kind of server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Peer {
    /// The server of this project.
    Server,
    /// Another build of it, to compare a change with what was before.
    Before,
    /// One thread, epoll, nothing else.
    Floor,
    /// The Python design with asyncio.
    Asyncio,
    /// The Python design with threads.
    Threads,
    /// `ncat --chat`.
    Ncat,
    /// ngIRCd.
    Ngircd,
    /// InspIRCd.
    Inspircd,
}

/// All of them, as they stand in the tables.
pub const PEERS: [Peer; 8] = [
    Peer::Server,
    Peer::Before,
    Peer::Floor,
    Peer::Asyncio,
    Peer::Threads,
    Peer::Ncat,
    Peer::Ngircd,
    Peer::Inspircd,
];

/// Where the programs are.
#[derive(Clone, Debug)]
pub struct Places {
    /// Programs of this project that were built.
    pub built: PathBuf,
    /// The other build of the server, if there is one.
    pub before: Option<PathBuf>,
    /// For configuration files.
    pub scratch: PathBuf,
}

impl Peer {
    /// What it is called on the command line and in the tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Before => "before",
            Self::Floor => "floor",
            Self::Asyncio => "asyncio",
            Self::Threads => "threads",
            Self::Ncat => "ncat",
            Self::Ngircd => "ngircd",
            Self::Inspircd => "inspircd",
        }
    }

    /// Whether it is the server of this project.
    pub fn is_ours(self) -> bool {
        matches!(self, Self::Server | Self::Before)
    }

    /// What its clients speak.
    pub fn dialect(self) -> Dialect {
        match self {
            Self::Ngircd | Self::Inspircd => Dialect::Irc,
            _ => Dialect::Plain,
        }
    }

    /// How many clients may wait to be let in: ncat has a queue of ten, and
    /// who does not fit waits for a second.
    pub fn arrivals_at_once(self) -> usize {
        match self {
            Self::Ncat => 4,
            _ => 32,
        }
    }

    /// How many lines may be under way to a listener, at most. ngIRCd
    /// closes a connection that is 32 KiB behind.
    pub fn flood_window_lines(self) -> u64 {
        match self {
            Self::Ngircd => 256,
            _ => u64::MAX,
        }
    }

    /// For how long newcomers cause noise: our server announces them after
    /// 0.8 s, and tells the count of a crowd a second later.
    pub fn noise(self) -> Duration {
        if self.is_ours() {
            Duration::from_millis(2000)
        } else {
            Duration::from_millis(200)
        }
    }

    /// The program it runs, or why it cannot run.
    ///
    /// # Errors
    /// "not installed", and where to get it.
    pub fn program(self, places: &Places) -> Result<PathBuf, String> {
        match self {
            Self::Server => built(&places.built.join("chat-server")),
            Self::Floor => built(&places.built.join("floor")),
            Self::Before => match &places.before {
                Some(path) => built(path),
                None => Err("name another build with --before".to_owned()),
            },
            Self::Asyncio | Self::Threads => installed("python3", "python3"),
            Self::Ncat => installed("ncat", "ncat"),
            Self::Ngircd => installed("ngircd", "ngircd"),
            Self::Inspircd => installed("inspircd", "inspircd"),
        }
    }

    /// Starts it and waits until it listens.
    ///
    /// # Errors
    /// Those of the system, or that it did not start in time.
    pub fn start(self, places: &Places) -> io::Result<Running> {
        let program = self.program(places).map_err(io::Error::other)?;
        let port = free_port()?;
        let mut command = Command::new(program);
        self.arguments(&mut command, port, &places.scratch)?;
        Running::spawn(command, port)
    }

    fn arguments(
        self,
        command: &mut Command,
        port: u16,
        scratch: &Path,
    ) -> io::Result<()> {
        let scripts = concat!(env!("CARGO_MANIFEST_DIR"), "/peers");
        match self {
            // An earlier build may know no --data.
            Self::Server => talking(command, port).args(["--data", "off"]),
            Self::Before => talking(command, port),
            Self::Floor => command.arg(port.to_string()),
            Self::Asyncio => command
                .arg(format!("{scripts}/asyncio_chat.py"))
                .arg(port.to_string()),
            Self::Threads => command
                .arg(format!("{scripts}/threads_chat.py"))
                .arg(port.to_string()),
            Self::Ncat => command
                .args(["--listen", "--chat", "--max-conns", "1010"])
                .args(["127.0.0.1", &port.to_string()]),
            Self::Ngircd => command.args(["--nodaemon", "--config"]).arg(
                write(scratch, "ngircd.conf", ngircd_configuration(port))?,
            ),
            Self::Inspircd => command
                .args(["--runasroot", "--nofork", "--nolog", "--config"])
                .arg(write(
                    scratch,
                    "inspircd.conf",
                    inspircd_configuration(port, scratch),
                )?),
        };
        Ok(())
    }
}

/// A server that runs. It ends when this is dropped.
pub struct Running {
    child: Child,
    /// What it costs.
    pub gauge: Gauge,
    /// Where it listens.
    pub address: SocketAddr,
}

impl Running {
    /// Starts a server of this project with these options.
    ///
    /// # Errors
    /// Those of the system, or that it did not start in time.
    pub fn start(program: &Path, options: &[&str]) -> io::Result<Self> {
        let port = free_port()?;
        let mut command =
            Command::new(built(program).map_err(io::Error::other)?);
        command.arg(format!("127.0.0.1:{port}")).args(options);
        Self::spawn(command, port)
    }

    fn spawn(mut command: Command, port: u16) -> io::Result<Self> {
        let child = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let running = Self {
            gauge: Gauge::new(child.id()),
            child,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        };
        running.wait_until_it_listens()?;
        Ok(running)
    }

    /// Whether it still runs.
    ///
    /// # Errors
    /// When it does not, whatever else went wrong because of that.
    pub fn check(&mut self) -> io::Result<()> {
        match self.child.try_wait()? {
            None => Ok(()),
            Some(status) => {
                let what = format!("it ended under this load: {status}");
                Err(io::Error::other(what))
            }
        }
    }

    fn wait_until_it_listens(&self) -> io::Result<()> {
        let deadline = Instant::now() + START_MAX;
        while !is_listening(self.address.port())? {
            if Instant::now() > deadline {
                return Err(io::Error::other("it does not listen"));
            }
            thread::sleep(START_RETRY);
        }
        Ok(())
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // They fail when it has ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Where cargo puts the programs of this project: beside this one.
///
/// # Errors
/// When the system does not say where this program is.
pub fn folder_of_programs() -> io::Result<PathBuf> {
    let this = std::env::current_exe()?;
    Ok(this.parent().map(Path::to_owned).unwrap_or_default())
}

fn built(path: &Path) -> Result<PathBuf, String> {
    if path.exists() {
        Ok(path.to_owned())
    } else {
        Err(format!("not built: there is no {}", path.display()))
    }
}

fn installed(program: &str, package: &str) -> Result<PathBuf, String> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // Debian keeps servers where only root's PATH leads.
    let folders = std::env::split_paths(&path)
        .chain(["/usr/sbin".into(), "/sbin".into()]);
    folders
        .map(|folder| folder.join(program))
        .find(|path| path.exists())
        .ok_or_else(|| format!("not installed: Debian has it as {package}"))
}

/// A port nobody listens on at the moment.
fn free_port() -> io::Result<u16> {
    let probe = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    Ok(probe.local_addr()?.port())
}

/// Whether somebody listens on this port, found out without a connection:
/// one that ends at once makes ncat end, too.
fn is_listening(port: u16) -> io::Result<bool> {
    let listening = format!("0100007F:{port:04X} 00000000:0000 0A");
    Ok(fs::read_to_string("/proc/net/tcp")?.contains(&listening))
}

fn write(folder: &Path, name: &str, text: String) -> io::Result<PathBuf> {
    let path = folder.join(name);
    fs::write(&path, text)?;
    Ok(path)
}

fn ngircd_configuration(port: u16) -> String {
    format!(
        "[Global]\nName = irc.local\nInfo = bench\nListen = 127.0.0.1\n\
         Ports = {port}\nMotdPhrase = hello\n\
         [Limits]\nMaxConnections = 0\nMaxConnectionsIP = 0\n\
         MaxPenaltyTime = 0\n\
         [Options]\nDNS = no\nIdent = no\nPAM = no\n"
    )
}

fn inspircd_configuration(port: u16, scratch: &Path) -> String {
    format!(
        "<server name=\"irc.local\" description=\"b\" network=\"b\" \
         id=\"1AB\">\n\
         <admin name=\"b\" nick=\"b\" email=\"b@irc.local\">\n\
         <bind address=\"127.0.0.1\" port=\"{port}\" type=\"clients\">\n\
         <connect name=\"all\" allow=\"*\" timeout=\"60\" pingfreq=\"600\" \
         hardsendq=\"1048576\" softsendq=\"1048576\" recvq=\"1048576\" \
         threshold=\"1000000\" commandrate=\"1000000000\" fakelag=\"no\" \
         localmax=\"20000\" globalmax=\"20000\" maxconnwarn=\"no\" \
         resolvehostnames=\"no\" useident=\"no\" limit=\"20000\">\n\
         <performance softlimit=\"20000\" somaxconn=\"4096\" \
         netbuffersize=\"65534\" quietbursts=\"yes\">\n\
         <options defaultmodes=\"n\">\n\
         <pid file=\"{}/inspircd.pid\">\n",
        scratch.display()
    )
}

/// The arguments of a server whose clients talk as fast as they can.
fn talking(command: &mut Command, port: u16) -> &mut Command {
    command
        .arg(format!("127.0.0.1:{port}"))
        .args(["--rate", "off", "--quiet"])
        .args(["--max-clients", CLIENTS_MAX])
}
