//! A terminal without a person: the program runs on a pseudo-terminal, what
//! it writes goes to the model of a screen, and a test waits for what it
//! wants to see. A test that waits in vain shows a picture of the screen.

use std::fs;
use std::io::{Read, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard};
use std::thread;
use std::time::{Duration, Instant};

use portable_pty::{
    Child, CommandBuilder, MasterPty, PtySize, native_pty_system,
};
use rustix::process::{self, Pid, Signal};

use crate::kit::program::DEADLINE;
use crate::kit::screen::{Effects, Screen, cells, picture};

/// How many rows that have scrolled away are remembered.
const SCROLLBACK_ROWS: usize = 20_000;

/// The rows and columns a terminal has in the beginning.
const SIZE: (u16, u16) = (24, 80);

/// What has come out of the program so far.
struct Seen {
    parser: vt100::Parser<Effects>,
    bytes: Vec<u8>,
    is_over: bool,
}

type Shared = Arc<(Mutex<Seen>, Condvar)>;

/// A program on a terminal. Killed when it is dropped.
pub struct Terminal {
    master: Box<dyn MasterPty + Send>,
    child: Box<dyn Child + Send + Sync>,
    keys: Sender<Vec<u8>>,
    seen: Shared,
    before: String,
    state: PathBuf,
}

/// How to start a program.
pub struct Setup {
    command: CommandBuilder,
    state: PathBuf,
}

/// The client with these arguments.
pub fn client(args: &[&str]) -> Setup {
    program(env!("CARGO_BIN_EXE_chat-client"), args)
}

/// Any program.
pub fn program(path: &str, args: &[&str]) -> Setup {
    static NEXT: AtomicUsize = AtomicUsize::new(0);
    let nth = NEXT.fetch_add(1, Ordering::Relaxed);
    let name = format!("chat-client-test-{}-{nth}", std::process::id());
    let state = std::env::temp_dir().join(name);
    let mut command = CommandBuilder::new(path);
    command.args(args);
    command.env("TERM", "xterm-256color");
    command.env("XDG_STATE_HOME", &state);
    command.env_remove("NO_COLOR");
    command.env("LC_ALL", "C.UTF-8");
    Setup { command, state }
}

impl Setup {
    /// With this in its environment.
    pub fn with(mut self, key: &str, value: &str) -> Self {
        self.command.env(key, value);
        self
    }

    /// Where the program will keep what it remembers.
    pub fn state(&self) -> &PathBuf {
        &self.state
    }

    /// Starts it.
    pub fn start(self) -> Terminal {
        let size = pty_size(SIZE);
        let pair = native_pty_system().openpty(size).expect("a pty");
        let before = termios(&*pair.master);
        let child = pair.slave.spawn_command(self.command).expect("a child");
        drop(pair.slave);
        let reader = pair.master.try_clone_reader().expect("a reader");
        let seen = watch(reader, SIZE);
        Terminal {
            keys: typist(pair.master.take_writer().expect("a writer")),
            master: pair.master,
            child,
            seen,
            before,
            state: self.state,
        }
    }
}

fn pty_size((rows, cols): (u16, u16)) -> PtySize {
    PtySize {
        rows,
        cols,
        ..PtySize::default()
    }
}

fn termios(master: &dyn MasterPty) -> String {
    format!("{:?}", master.get_termios())
}

/// The thread that reads what the program writes.
fn watch(mut source: impl Read + Send + 'static, size: (u16, u16)) -> Shared {
    let parser = vt100::Parser::new_with_callbacks(
        cells(size.0),
        cells(size.1),
        SCROLLBACK_ROWS,
        Effects::default(),
    );
    let seen = Seen {
        parser,
        bytes: Vec::new(),
        is_over: false,
    };
    let shared: Shared = Arc::new((Mutex::new(seen), Condvar::new()));
    let watched = Arc::clone(&shared);
    thread::spawn(move || {
        let mut bytes = [0; 16 * 1024];
        loop {
            let count = source.read(&mut bytes).unwrap_or(0);
            let mut seen = watched.0.lock().expect("a screen");
            seen.parser.process(&bytes[..count]);
            seen.bytes.extend_from_slice(&bytes[..count]);
            seen.is_over = count == 0;
            watched.1.notify_all();
            if count == 0 {
                return;
            }
        }
    });
    shared
}

/// The thread that types: a program that reads no keys holds no test.
fn typist(mut keyboard: impl Write + Send + 'static) -> Sender<Vec<u8>> {
    let (sender, keys) = channel::<Vec<u8>>();
    thread::spawn(move || {
        for keys in keys {
            if keyboard.write_all(&keys).is_err() {
                return;
            }
        }
    });
    sender
}

impl Terminal {
    /// Presses these keys.
    pub fn types(&self, keys: &str) {
        self.types_bytes(keys.as_bytes());
    }

    /// Types these bytes.
    pub fn types_bytes(&self, keys: &[u8]) {
        self.keys.send(keys.to_vec()).expect("a keyboard");
    }

    /// Waits for a screen that fits.
    pub fn waits(&self, what: &str, fits: impl Fn(&Screen) -> bool) {
        let end = Instant::now() + DEADLINE;
        let mut seen = self.lock();
        while !fits(&Screen::of(&mut seen.parser)) {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() || seen.is_over {
                let picture = picture(&mut seen.parser);
                // The thread that watches the terminal wants it.
                drop(seen);
                panic!("no screen with {what}, only\n{picture}");
            }
            let wait = left.min(Duration::from_secs(1));
            let waited = self.seen.1.wait_timeout(seen, wait);
            seen = waited.expect("a screen").0;
        }
    }

    /// Waits until a row is exactly this.
    pub fn shows(&self, row: &str) {
        let what = format!("a row {row:?}");
        self.waits(&what, |screen| screen.rows.iter().any(|it| it == row));
    }

    /// Waits until a row holds this.
    pub fn shows_part(&self, part: &str) {
        let what = format!("{part:?}");
        self.waits(&what, |screen| screen.has(part));
    }

    /// Whether a row holds this just now.
    pub fn has(&self, part: &str) -> bool {
        Screen::of(&mut self.lock().parser).has(part)
    }

    /// Waits until the cursor's row is this, with the cursor in this column.
    pub fn edits(&self, row: &str, column: usize) {
        let what = format!("the cursor in column {column} of {row:?}");
        self.waits(&what, |screen| {
            screen.row() == row && screen.cursor.1 == column
        });
    }

    /// Everything shown, with what has scrolled away.
    pub fn transcript(&self) -> Vec<String> {
        let mut seen = self.lock();
        let screen = seen.parser.screen_mut();
        let columns = screen.size().1.get();
        let mut rows = Vec::new();
        for back in (1..=screen.scrollback_len()).rev() {
            screen.set_scrollback(back);
            rows.extend(screen.rows(0, columns).next());
        }
        screen.set_scrollback(0);
        rows.extend(screen.rows(0, columns));
        rows.into_iter()
            .map(|row| row.trim_end().to_owned())
            .collect()
    }

    /// Everything written, as it was written.
    pub fn bytes(&self) -> Vec<u8> {
        self.lock().bytes.clone()
    }

    /// What the screen did besides showing text.
    pub fn effects<T>(&self, look: impl Fn(&Effects) -> T) -> T {
        look(self.lock().parser.callbacks())
    }

    /// The cells of a row, for their colors.
    pub fn look<T>(&self, look: impl Fn(&vt100::Screen) -> T) -> T {
        look(self.lock().parser.screen())
    }

    /// Gives the terminal another size, as a person drags a window.
    pub fn resizes(&self, columns: u16) {
        let rows = self.lock().parser.screen().size().0.get();
        self.lock().parser.set_size(cells(rows), cells(columns));
        let size = pty_size((rows, columns));
        self.master.resize(size).expect("a size");
    }

    /// The process.
    pub fn id(&self) -> u32 {
        self.child.process_id().expect("a process")
    }

    /// Asks it to end, as the system does.
    pub fn terminates(&self) {
        let id = i32::try_from(self.id()).expect("an id");
        let id = Pid::from_raw(id).expect("an id");
        process::kill_process(id, Signal::TERM).expect("a process");
    }

    /// The settings of the terminal are what they were in the beginning.
    pub fn is_restored(&self) -> bool {
        termios(&*self.master) == self.before && {
            let seen = self.lock();
            let screen = seen.parser.screen();
            !screen.bracketed_paste() && !screen.hide_cursor()
        }
    }

    /// Waits until the program has ended and all it wrote has been seen, and
    /// checks that it has left the terminal as it was.
    pub fn ends(&mut self) -> u32 {
        let code = self.waits_for_exit();
        assert!(self.is_restored(), "the terminal is not restored");
        code
    }

    fn waits_for_exit(&mut self) -> u32 {
        let end = Instant::now() + DEADLINE;
        let code = loop {
            if let Some(status) = self.child.try_wait().expect("a child") {
                break status.exit_code();
            }
            if Instant::now() >= end {
                let picture = picture(&mut self.lock().parser);
                panic!("the program does not end\n{picture}");
            }
            // There is no wait for a process with a deadline.
            thread::sleep(Duration::from_millis(2));
        };
        let mut seen = self.lock();
        while !seen.is_over && Instant::now() < end {
            let wait = Duration::from_secs(1);
            seen = self.seen.1.wait_timeout(seen, wait).expect("a screen").0;
        }
        code
    }

    fn lock(&self) -> MutexGuard<'_, Seen> {
        self.seen.0.lock().expect("a screen")
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let ended = self.child.try_wait();
        if thread::panicking() {
            let picture = picture(&mut self.lock().parser);
            println!("{picture}\nended: {ended:?}");
        }
        // Once it has ended, its number may be somebody else's.
        if !matches!(ended, Ok(Some(_))) {
            let _ = self.child.kill();
            let _ = self.child.wait();
        }
        let _ = fs::remove_dir_all(&self.state);
    }
}
