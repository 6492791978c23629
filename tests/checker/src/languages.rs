//! The languages that programs are written in, and how a program in one of
//! them is made ready. Knows nothing about what it does.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::own::quoted;
use super::program::Program;

/// How long a compiler may take.
const BUILD_MAX: Duration = Duration::from_secs(180);

/// A language that programs are written in.
#[derive(Clone, Copy, Debug)]
pub struct Language {
    /// Its name, and that of its folder and list of wrong programs.
    pub name: &'static str,
    /// How the names of its files end.
    pub extension: &'static str,
    /// What has to be installed, and how it is asked for its version.
    tool: [&'static str; 2],
    /// What turns a file into a program: `$1` into `$2`. Empty if nothing
    /// has to.
    build: &'static str,
    /// What starts it: `{}` is the program.
    start: &'static str,
}

/// Compiles what `java FILE` would compile at each start. The program is a
/// file of arguments: where the classes are, and the first class of the file.
const BUILD_JAVA: &str = r#"
    class=$(sed -En 's/^(public |final )*class (\w+).*/\2/p' "$1" | head -n 1)
    mkdir -p "$2.classes" && cp "$1" "$2.classes/$class.java" &&
    javac -d "$2.classes" "$2.classes/$class.java" &&
    printf -- '-cp "%s" %s' "$2.classes" "$class" > "$2"
"#;

/// Every language there are right and wrong programs in, in `wrong/`.
pub static LANGUAGES: [Language; 6] = [
    Language {
        name: "python",
        extension: "py",
        tool: ["python3", "--version"],
        build: "",
        start: "exec python3 {}",
    },
    Language {
        name: "node",
        extension: "js",
        tool: ["node", "--version"],
        build: "",
        start: "exec node {}",
    },
    Language {
        name: "java",
        extension: "java",
        tool: ["javac", "-version"],
        build: BUILD_JAVA,
        start: "exec java -XX:TieredStopAtLevel=1 @{}",
    },
    Language {
        name: "go",
        extension: "go",
        tool: ["go", "version"],
        build: "go build -o \"$2\" \"$1\"",
        start: "exec {}",
    },
    Language {
        name: "c",
        extension: "c",
        tool: ["cc", "--version"],
        build: "cc -O1 -pthread -o \"$2\" \"$1\"",
        start: "exec {}",
    },
    Language {
        name: "cpp",
        extension: "cpp",
        tool: ["c++", "--version"],
        build: "c++ -O1 -std=c++20 -pthread -o \"$2\" \"$1\"",
        start: "exec {}",
    },
];

/// Others that people hand programs in; the course's own are in Rust.
static OTHERS: [Language; 1] = [Language {
    name: "rust",
    extension: "rs",
    tool: ["rustc", "--version"],
    build: "rustc --edition 2024 --crate-name program -o \"$2\" \"$1\"",
    start: "exec {}",
}];

/// All languages.
pub fn all() -> impl Iterator<Item = &'static Language> {
    LANGUAGES.iter().chain(&OTHERS)
}

impl Language {
    /// Whether programs in it can run here; says so if they cannot.
    pub fn is_here(&self) -> bool {
        let [tool, version] = self.tool;
        let found = Command::new(tool)
            .arg(version)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .is_ok_and(|status| status.success());
        if !found {
            eprintln!("NOT RUN: {}: there is no {tool} here", self.name);
        }
        found
    }

    /// Builds a program if need be, beside its source, and returns the
    /// command that starts it.
    ///
    /// # Errors
    /// What the compiler says.
    pub fn command(&self, source: &Path) -> Result<String, String> {
        self.command_into(source, &source.with_extension("program"))
    }

    /// As [`Language::command`], with a place for what is built.
    ///
    /// # Errors
    /// What the compiler says.
    pub fn command_into(
        &self,
        source: &Path,
        program: &Path,
    ) -> Result<String, String> {
        if self.build.is_empty() {
            return Ok(self.start.replace("{}", &quoted(source)));
        }
        let [from, to] = [source, program].map(quoted);
        let command = format!("set -- {from} {to}; {}", self.build);
        // A compiler listens nowhere.
        let mut compiler =
            Program::start(&command, 0).map_err(|error| error.to_string())?;
        match compiler.ends(BUILD_MAX) {
            Some(status) if status.success() => {
                Ok(self.start.replace("{}", &to))
            }
            Some(_) => Err(compiler.shown()),
            None => Err(format!("not within {BUILD_MAX:?}")),
        }
    }
}
