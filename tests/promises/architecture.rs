//! Promise to those who read the code: a floor of the server uses only those
//! below it, no files use each other in a circle, the core stays small, and
//! each outside crate has one address. Looks at the sources as text.

use std::fs;
use std::path::{Path, PathBuf};

use chat_kit::programs::workspace;

/// This file names what must not be named elsewhere.
const OWN: &str = "tests/promises/architecture.rs";

/// An outside crate of the server, and the files that may use it.
const ADDRESSES: [(&str, &[&str]); 12] = [
    ("parking_lot", &["sync.rs"]),
    ("crossbeam_channel", &["sync.rs", "main.rs"]),
    ("ctrlc", &["main.rs"]),
    ("clap", &["main.rs", "args.rs"]),
    ("nix", &["main.rs"]),
    ("memmap2", &["pieces.rs"]),
    (
        "rustix",
        &[
            "connection.rs",
            "listener.rs",
            "machine.rs",
            "transcript.rs",
        ],
    ),
    ("jiff", &["clock.rs"]),
    ("caseless", &["words.rs"]),
    ("unicode_normalization", &["words.rs"]),
    ("unicode_script", &["words.rs"]),
    ("rusqlite", &["database.rs", "reader.rs"]),
];

/// One source file.
struct Source {
    /// From the top of the workspace.
    path: String,
    text: String,
}

impl Source {
    fn file_name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }

    /// The lines that are no comments.
    fn code(&self) -> impl Iterator<Item = &str> {
        let lines = self.text.lines().map(str::trim_start);
        lines.filter(|line| !line.starts_with("//"))
    }

    /// The code that is shipped: what stands above the unit tests.
    fn shipped(&self) -> impl Iterator<Item = &str> {
        let is_test = ["/tests.rs", "/tests/"];
        let is_test = is_test.iter().any(|it| self.path.contains(it));
        let is_shipped = move |line: &&str| !is_test && *line != "#[cfg(test)]";
        self.code().take_while(is_shipped)
    }

    /// The paths in the code that begin so, without that beginning; of what
    /// stands in braces, each.
    fn full_paths<'s>(&'s self, root: &'s str) -> Vec<String> {
        let code: String = self.code().collect::<Vec<_>>().join(" ");
        let mut paths = Vec::new();
        for (at, _) in code.match_indices(root) {
            let rest = &code[at + root.len()..];
            let end = rest.find(|c: char| !is_of_a_word(c) && c != ':');
            let path = &rest[..end.unwrap_or(rest.len())];
            match rest[path.len()..].strip_prefix('{') {
                Some(braces) if path.ends_with("::") => {
                    let names = braces.split('}').next().unwrap_or_default();
                    let names = names.split(',').map(str::trim);
                    paths.extend(names.map(|name| format!("{path}{name}")));
                }
                _ => paths.push(path.to_owned()),
            }
        }
        paths
    }

    /// Whether the code uses this crate or path.
    fn names(&self, wanted: &str) -> bool {
        self.code().any(|line| {
            line.match_indices(wanted).any(|(at, _)| {
                let before = line[..at].chars().next_back();
                let after = line[at + wanted.len()..].chars().next();
                !before.is_some_and(is_of_a_word)
                    && !after.is_some_and(is_of_a_word)
            })
        })
    }
}

fn is_of_a_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// Every source file below these folders of the workspace.
fn sources(folders: &[&str]) -> Vec<Source> {
    let mut files = Vec::new();
    for folder in folders {
        collect(&workspace().join(folder), &mut files);
    }
    assert!(!files.is_empty(), "there are no sources in {folders:?}");
    files.sort();
    files.iter().map(|path| source(path)).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let entries = fs::read_dir(folder).expect("a folder of sources");
    for entry in entries {
        let path = entry.expect("an entry").path();
        if path.is_dir() && !path.ends_with("target") {
            collect(&path, files);
        } else if path.extension().is_some_and(|e| e == "rs") {
            files.push(path);
        }
    }
}

fn source(path: &Path) -> Source {
    let text = fs::read_to_string(path).expect("a source");
    let path = path.strip_prefix(workspace()).expect("in the workspace");
    Source {
        path: path.to_string_lossy().into_owned(),
        text,
    }
}

/// A crate whose files stand on floors, and use only those below them.
struct House {
    sources: &'static str,
    /// From the bottom: folders, and files of their own. A file is on the
    /// floor that names it most closely. `config` is for all of them.
    floors: &'static [&'static str],
}

const SERVER: House = House {
    sources: "server/src/",
    floors: &[
        "platform", "logging", "limits", "net", "past", "people", "room",
        "commands", "session", "accept", "store",
    ],
};

const CLIENT: House = House {
    sources: "client/src/",
    floors: &[
        "exit",
        "permits",
        "typed",
        "own_file",
        "visit",
        "places",
        "ui/audience",
        "ui/terminal",
        "ui/editor",
        "ui",
        "threads",
        "run",
    ],
};

/// A file and those that it uses, as paths below the sources of its crate:
/// `room/queue`, and `room/mod` for what is the folder's own.
struct Uses {
    file: String,
    used: Vec<String>,
}

impl House {
    fn uses(&self) -> Vec<Uses> {
        let sources = sources(&[self.sources]);
        let name = |source: &Source| {
            let path = source.path.trim_start_matches(self.sources);
            path.trim_end_matches(".rs").to_owned()
        };
        let names: Vec<String> = sources.iter().map(name).collect();
        let uses = |source: &Source| Uses {
            file: name(source),
            used: source
                .full_paths("crate::")
                .iter()
                .filter_map(|path| file_of(path, &names))
                .collect(),
        };
        sources.iter().map(uses).collect()
    }

    fn floor(&self, file: &str) -> Option<usize> {
        let is_on = |floor: &str| {
            let rest = file.strip_prefix(floor);
            rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let floors = self.floors.iter().enumerate();
        let own = floors.filter(|(_, floor)| is_on(floor));
        own.max_by_key(|(_, floor)| floor.len()).map(|(nth, _)| nth)
    }

    /// Each file uses those of its own floor and of the floors below.
    fn stands_on_its_floors(&self) {
        let uses = self.uses();
        for (nth, floor) in self.floors.iter().enumerate() {
            let is_there = |it: &Uses| self.floor(&it.file) == Some(nth);
            assert!(uses.iter().any(is_there), "nothing is on {floor}");
        }
        let mut files = 0;
        for Uses { file, used } in uses {
            let Some(own) = self.floor(&file) else {
                continue;
            };
            files += 1;
            for used in used {
                let floor = self.floor(&used);
                let is_below = floor.map_or(used == "config", |it| it <= own);
                assert!(is_below, "{file} uses {used}, which stands above it");
            }
        }
        assert!(files > 20, "only {files} files stand on a floor");
    }
}

/// The file that a path leads into: the deepest there is.
fn file_of(path: &str, names: &[String]) -> Option<String> {
    let parts: Vec<&str> = path.split("::").collect();
    (1..=parts.len()).rev().find_map(|depth| {
        let file = parts[..depth].join("/");
        let own = format!("{file}/mod");
        [file, own].into_iter().find(|it| names.contains(it))
    })
}

#[test]
fn a_floor_of_the_server_uses_only_those_below_it() {
    SERVER.stands_on_its_floors();
}

#[test]
fn a_floor_of_the_client_uses_only_those_below_it() {
    CLIENT.stands_on_its_floors();
}

#[test]
fn no_files_of_the_server_use_each_other_in_a_circle() {
    has_no_circle(SERVER.uses());
}

#[test]
fn no_files_of_the_client_use_each_other_in_a_circle() {
    has_no_circle(CLIENT.uses());
}

#[test]
fn files_name_each_other_from_the_top_so_that_a_circle_is_seen() {
    for source in sources(&["server/src", "client/src"]) {
        for line in source.shipped() {
            assert!(!line.contains("super::"), "{}: {line}", source.path);
        }
    }
}

fn has_no_circle(mut uses: Vec<Uses>) {
    // Whoever uses nobody else is in no circle, and need not be looked at.
    while let Some(nth) = uses.iter().position(|it| it.used.is_empty()) {
        let free = uses.swap_remove(nth).file;
        for Uses { file, used } in &mut uses {
            used.retain(|it| *it != free && it != file);
        }
    }
    let circle: Vec<String> = uses
        .into_iter()
        .map(|it| format!("{} uses {}", it.file, it.used.join(", ")))
        .collect();
    assert!(circle.is_empty(), "{circle:#?}");
}

/// What a reader needs to follow one line from socket to sockets.
const CORE: [&str; 4] = ["accept", "session", "room", "net"];
/// What of it no line passes: the listening socket.
const CORE_BUT: &str = "server/src/net/listener.rs";
/// How many lines that are not blank it has at most, comments counted, tests
/// not.
const CORE_LINES_MAX: usize = 2514;

#[test]
fn the_core_stays_small_and_knows_of_no_capability() {
    let mut lines = 0;
    let mut listed = String::new();
    for floor in CORE {
        let mut sources = sources(&[&format!("server/src/{floor}")]);
        sources.retain(|source| source.path != CORE_BUT);
        for source in sources {
            let shipped = source.text.lines();
            let shipped = shipped.take_while(|line| *line != "#[cfg(test)]");
            let own = shipped.filter(|line| !line.trim().is_empty()).count();
            listed.push_str(&format!("{own:5} {}\n", source.path));
            lines += own;
            for word in ["sqlite", "password", "rustls", "browser", "redis"] {
                let code = source.code().collect::<String>().to_lowercase();
                assert!(!code.contains(word), "{}: {word}", source.path);
            }
            let generic = source.code().any(|line| line.contains("<C: "));
            assert!(!generic, "{}: a type parameter", source.path);
        }
    }
    println!("{listed}{lines:5} in all");
    assert!(
        lines <= CORE_LINES_MAX,
        "{listed}{lines} lines are the core"
    );
}

#[test]
fn server_and_client_never_meet() {
    for (folder, stranger) in [
        ("server", "chat_client"),
        ("client", "chat_server"),
        ("common", "chat_server"),
        ("common", "chat_client"),
    ] {
        for source in sources(&[folder]) {
            let path = &source.path;
            assert!(!source.names(stranger), "{path} uses {stranger}");
        }
    }
}

#[test]
fn the_kit_and_the_promises_trust_nobody() {
    for source in sources(&["tests/kit", "tests/promises"]) {
        for stranger in ["chat_server", "chat_client", "chat_common"] {
            let path = &source.path;
            let trusts = path != OWN && source.names(stranger);
            assert!(!trusts, "{path} uses {stranger}");
        }
    }
}

#[test]
fn what_both_ends_share_has_no_thread_no_lock_and_no_socket() {
    for source in sources(&["common"]) {
        for module in ["std::thread", "std::net", "std::sync"] {
            assert!(!source.names(module), "{} uses {module}", source.path);
        }
    }
}

#[test]
fn each_outside_crate_of_the_server_has_one_address() {
    let files = sources(&["server/src"]);
    for (name, allowed) in ADDRESSES {
        let mut used = 0;
        for source in files.iter().filter(|source| source.names(name)) {
            let path = &source.path;
            assert!(allowed.contains(&source.file_name()), "{path}: {name}");
            used += 1;
        }
        assert!(used > 0, "{name} is used nowhere");
    }
}

#[test]
fn threads_and_locks_of_the_server_come_from_one_file() {
    for source in sources(&["server/src"]) {
        if ["sync.rs", "main.rs"].contains(&source.file_name()) {
            continue;
        }
        for module in ["std::thread", "std::sync"] {
            assert!(!source.names(module), "{} uses {module}", source.path);
        }
    }
}

#[test]
fn every_file_opens_with_what_it_is() {
    for source in sources(&["common", "server", "client", "tests"]) {
        assert!(source.text.starts_with("//! "), "{}", source.path);
    }
}

#[test]
fn shipped_code_does_not_take_errors_for_impossible() {
    for source in sources(&["common/src", "server/src", "client/src"]) {
        for line in source.shipped() {
            let taken = line.contains(".unwrap()") || line.contains("unsafe ");
            assert!(!taken, "{}: {line}", source.path);
        }
    }
}

#[test]
fn the_client_parses_a_line_of_the_server_in_one_place() {
    let parses = |source: &Source| {
        source.shipped().any(|it| it.contains("ServerLine::parse"))
    };
    let files: Vec<_> = sources(&["client/src"])
        .into_iter()
        .filter(parses)
        .map(|source| source.path)
        .collect();
    assert_eq!(files, ["client/src/visit/room_line.rs"]);
}

#[test]
fn nothing_is_left_to_be_done() {
    for source in sources(&["common", "server", "client", "tests"]) {
        for left in ["TODO", "FIXME", "todo!(", "unimplemented!("] {
            let path = &source.path;
            let found = path != OWN && source.text.contains(left);
            assert!(!found, "{path}: {left}");
        }
    }
}

#[test]
fn tests_wait_for_events_and_never_for_time() {
    for source in sources(&["tests/promises", "tests/kit"]) {
        let path = source.path.as_str();
        let may = [OWN, "tests/kit/src/waiting.rs"].contains(&path);
        assert!(may || !source.text.contains("sleep("), "{path} sleeps");
    }
}

/// What stands between backquotes in a text.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

/// The table of promises in the README: what is promised, and its tests.
fn promises() -> Vec<(String, String)> {
    let readme = workspace().join("README.md");
    let readme = fs::read_to_string(readme).expect("a README");
    let (_, table) = readme.split_once("| promise | test |").expect("a table");
    let rows = table.trim_start().lines().skip(1);
    rows.take_while(|row| row.starts_with('|'))
        .map(|row| {
            let row = row.trim_matches('|');
            let (promise, tests) = row.rsplit_once('|').expect("two columns");
            (promise.trim().to_owned(), tests.trim().to_owned())
        })
        .collect()
}

#[test]
fn every_promise_of_the_readme_is_a_test_that_is_there() {
    // The last for what no machine can be relied on to show from outside.
    let folders = ["tests/promises", "client/tests", "client/src"];
    let sources = sources(&folders);
    let promises = promises();
    assert!(promises.len() > 10, "{promises:#?}");
    for (promise, tests) in &promises {
        assert!(quoted(tests).count() > 0, "no test: {promise}");
        for name in quoted(tests) {
            let (module, test) = name.rsplit_once("::").expect(name);
            let file = module.replace("::", "/");
            let files = folders.map(|folder| format!("{folder}/{file}.rs"));
            let tests = ["", "    "]
                .map(|indent| format!("#[test]\n{indent}fn {test}() {{"));
            let there = sources.iter().any(|source| {
                files.contains(&source.path)
                    && tests.iter().any(|test| source.text.contains(test))
            });
            assert!(there, "{promise}: there is no {name}");
        }
    }
}
