//! A folder of one test's own and the program in it. Nothing is written outside of it.

use std::{
    fmt,
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

/// A folder that is gone when the test is over.
pub(crate) struct Bench {
    folder: TempDir,
}

/// What a command left.
pub(crate) struct Outcome {
    /// The command, as typed.
    typed: String,
    /// The exit status.
    pub(crate) status: Option<i32>,
    /// The data.
    pub(crate) stdout: String,
    /// The words.
    pub(crate) stderr: String,
}

impl Bench {
    pub(crate) fn new() -> Self {
        Self { folder: TempDir::new().expect("a folder for the test") }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Puts a file into the folder, and the folders it lies in.
    #[expect(clippy::disallowed_methods, reason = "the one place of these tests that writes files")]
    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.path(name);
        let parent = path.parent().expect("a file lies in a folder");
        fs::create_dir_all(parent).expect("the folder can be made");
        fs::write(path, bytes).expect("the file can be written");
        self
    }

    #[expect(clippy::disallowed_methods, reason = "the one place of these tests that reads files")]
    pub(crate) fn read(&self, name: &str) -> Vec<u8> {
        fs::read(self.path(name)).expect("the file is there")
    }

    /// The names in a folder, sorted.
    pub(crate) fn list(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.path(folder)).expect("the folder is there");
        let name = |it: std::io::Result<fs::DirEntry>| it.expect("an entry").file_name();
        let mut names: Vec<_> = entries.map(|it| name(it).to_string_lossy().into_owned()).collect();
        names.sort();
        names
    }

    /// The program in this folder, with no settings from outside.
    pub(crate) fn command(&self) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_slackwater"));
        command.current_dir(self.folder.path()).stdin(Stdio::null()).env_clear();
        command
    }

    /// Runs what is typed. Words are parted by spaces; in single quotes they stay together.
    pub(crate) fn run(&self, typed: &str) -> Outcome {
        let output = self.command().args(words(typed)).output().expect("the program starts");
        Outcome::new(typed, output)
    }

    /// Runs what is typed where no file can have more than so many blocks (of half or a whole
    /// kilobyte), as on a disk that is full.
    pub(crate) fn run_with_files_up_to(&self, blocks: u32, typed: &str) -> Outcome {
        let script = "trap '' XFSZ; ulimit -f \"$1\"; shift; exec \"$@\"";
        let mut command = Command::new("/bin/sh");
        command.current_dir(self.folder.path()).stdin(Stdio::null()).env_clear();
        command.args(["-c", script, "sh", &blocks.to_string()]);
        command.arg(env!("CARGO_BIN_EXE_slackwater")).args(words(typed));
        Outcome::new(typed, command.output().expect("a shell starts"))
    }

    /// Starts what is typed, with its data at the end of a pipe.
    pub(crate) fn start(&self, typed: &str) -> Child {
        let mut command = self.command();
        command.args(words(typed)).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("the program starts")
    }

    /// Runs what is typed with its data going to a file that takes nothing more.
    pub(crate) fn run_into(&self, typed: &str, device: &Path) -> Outcome {
        let file = File::options().write(true).open(device).expect("the device is there");
        let output = self.command().args(words(typed)).stdout(file).output();
        Outcome::new(typed, output.expect("the program starts"))
    }
}

/// As a shell parts them, without its other tricks.
fn words(typed: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (at, part) in typed.split('\'').enumerate() {
        if at % 2 == 0 {
            words.extend(part.split_whitespace().map(str::to_owned));
        } else {
            words.push(part.to_owned());
        }
    }
    words
}

impl fmt::Debug for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { typed, status, stdout, stderr } = self;
        write!(f, "\n$ slackwater {typed}\n{stdout}{stderr}status {status:?}")
    }
}

impl Outcome {
    pub(crate) fn new(typed: &str, output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("all output is text");
        let (stdout, stderr) = (text(output.stdout), text(output.stderr));
        let outcome =
            Self { typed: typed.to_owned(), status: output.status.code(), stdout, stderr };
        outcome.check_no_panic();
        outcome
    }

    #[track_caller]
    fn check_no_panic(&self) {
        for word in ["panicked", "RUST_BACKTRACE", "stack backtrace"] {
            assert!(!self.stderr.contains(word), "{self:?}");
        }
    }

    /// It did what was asked and had nothing to say about it.
    #[track_caller]
    pub(crate) fn done(self) -> Self {
        assert_eq!(self.status, Some(0), "{self:?}");
        assert_eq!(self.stderr, "", "{self:?}");
        self
    }

    /// The answer was no.
    #[track_caller]
    pub(crate) fn refused(self) -> Self {
        assert_eq!(self.status, Some(1), "{self:?}");
        assert_eq!(self.stderr, "", "{self:?}");
        self
    }

    /// The one JSON document that was printed, and nothing else.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        assert_eq!(self.stdout.lines().count(), 1, "{self:?}");
        match serde_json::from_str(&self.stdout) {
            Ok(document) => document,
            Err(error) => panic!("{error}: {self:?}"),
        }
    }

    /// It could not be used, and the error has all of `parts`.
    #[track_caller]
    pub(crate) fn broken(&self, parts: &[&str]) {
        assert_eq!((self.status, self.stdout.as_str()), (Some(2), ""), "{self:?}");
        for part in parts {
            assert!(self.stderr.contains(part), "lacks `{part}`: {self:?}");
        }
    }

    /// It was refused as wrong, with an error that has all of `parts` and says what to do.
    #[track_caller]
    pub(crate) fn wrong(&self, parts: &[&str]) {
        assert_eq!(self.status, Some(2), "{self:?}");
        assert_eq!(self.stdout, "", "{self:?}");
        assert!(self.stderr.starts_with("error: "), "{self:?}");
        for part in parts {
            assert!(self.stderr.contains(part), "lacks `{part}`: {self:?}");
        }
        let advice = ["hint: ", "; write ", "; give ", "; choose ", "--help", "possible values"];
        assert!(advice.iter().any(|it| self.stderr.contains(it)), "no advice: {self:?}");
        let ours = self.stderr.lines().count();
        assert!(ours <= 8, "too much to read: {self:?}");
    }
}
