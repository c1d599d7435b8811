//! Archives as large as they come, imported by the program: no row is lost, and the memory it takes
//! does not depend on their size. With nothing said a short run; `cargo xtask history-load
//! --megabytes 1000` is the same with an archive of a gigabyte.
//!
//! The invariant: what was written is counted while it is written, and compared with what the store
//! says it has.

#![expect(clippy::disallowed_methods, reason = "files, a program and real time are what is tried")]
#![expect(clippy::print_stdout, reason = "a run of minutes says what came of it")]

use std::{
    fs::{self, File},
    io::{BufWriter, Write},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::Value;
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

/// The archives of a short run.
const MEGABYTES: u64 = 4;
/// More than the program ever needs, whatever it imports.
const KILOBYTES_MAX: u64 = 96 * 1024;
/// The first second of everything: 2013-10-01.
const START: u64 = 1_380_585_600;
/// Candles of a minute of one pair: until 2025.
const CANDLES_MAX: u64 = 6_000_000;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let megabytes = match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["--megabytes", number] => number.parse().expect("a number of megabytes"),
        _ if words.iter().any(|it| it == "--list") => return println!("history_load: test"),
        _ => MEGABYTES,
    };
    for kind in [Kind::Candles, Kind::BareTrades, Kind::Trades] {
        let small = import(kind, (megabytes / 10).max(1));
        let large = import(kind, megabytes);
        assert!(small.max(large) < KILOBYTES_MAX, "{kind:?}: {small} and {large} KiB");
    }
}

/// What an archive has.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Candles,
    /// Time and sales: `timestamp,price,volume`.
    BareTrades,
    /// Time and sales with side, kind and number.
    Trades,
}

/// Makes an archive of about so many megabytes and imports it; gives the peak memory in KiB.
fn import(kind: Kind, megabytes: u64) -> u64 {
    let folder = tempfile::tempdir().expect("a folder");
    let archive = folder.path().join("archive.zip");
    let written = write(kind, &archive, megabytes * 1_000_000);
    let bytes = fs::metadata(&archive).expect("it was written").len();

    let began = Instant::now();
    let mut command = Command::new(env!("CARGO_BIN_EXE_slackwater"));
    command.current_dir(folder.path()).args(["data", "import", "archive.zip", "--json"]);
    let child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
    let (answer, peak) = watch(child);
    let tenths = began.elapsed().as_millis() / 100;

    let series: Value = serde_json::from_str(&answer).expect("one JSON document");
    let rows = rows_of(&series);
    assert_eq!(rows, written.rows, "{kind:?}: rows were lost: {answer}");
    println!(
        "{kind:?}: {} MB of {} MB text, {rows} rows in {} files: {}.{} s, peak memory {} KiB",
        bytes / 1_000_000,
        written.bytes / 1_000_000,
        written.files,
        tenths / 10,
        tenths % 10,
        peak,
    );
    peak
}

/// All rows that were new, of all files.
fn rows_of(answer: &Value) -> u64 {
    match answer {
        Value::Object(fields) => {
            let own = fields.get("added").and_then(Value::as_u64).unwrap_or(0);
            own + fields.values().map(rows_of).sum::<u64>()
        }
        Value::Array(all) => all.iter().map(rows_of).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => 0,
    }
}

/// What the program printed, and its peak memory in KiB; nothing where the system does not tell.
fn watch(mut child: Child) -> (String, u64) {
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    while child.try_wait().expect("a child").is_none() {
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|it| it.strip_prefix("VmHWM:"));
        let number = line.and_then(|it| it.trim().strip_suffix("kB")?.trim().parse().ok());
        peak = number.unwrap_or(peak);
        std::thread::park_timeout(Duration::from_millis(2));
    }
    let output = child.wait_with_output().expect("it ended");
    assert!(output.status.success(), "the import failed");
    (String::from_utf8(output.stdout).expect("text"), peak)
}

/// What was written.
#[derive(Default)]
struct Written {
    rows: u64,
    bytes: u64,
    files: u64,
}

/// Writes rows until the archive has so many bytes.
fn write(kind: Kind, path: &Path, bytes_max: u64) -> Written {
    let mut archive = ZipWriter::new(BufWriter::new(File::create(path).expect("a file")));
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(1))
        .large_file(true);
    let mut written = Written::default();
    let mut chance = Chance(7);
    let is_full = || fs::metadata(path).map_or(0, |it| it.len()) >= bytes_max;
    for pair in ["XBTUSD", "ETHUSD", "XRPUSD", "LTCUSD", "SOLUSD", "ADAUSD", "DOTUSD", "XDGUSD"] {
        let minutes = if matches!(kind, Kind::Candles) { "_1" } else { "" };
        archive.start_file(format!("{pair}{minutes}.csv"), options).expect("a member begins");
        written.files += 1;
        if matches!(kind, Kind::Trades) {
            let names = b"price,volume,timestamp,type,ordertype,misc,trade_id\n";
            archive.write_all(names).expect("room on the disk");
        }
        let (mut text, mut row) = (String::new(), 0);
        while row < CANDLES_MAX && !is_full() {
            text.clear();
            for _ in 0..2_000 {
                add(kind, row, &mut chance, &mut text);
                row += 1;
            }
            archive.write_all(text.as_bytes()).expect("room on the disk");
            written.bytes += text.len() as u64;
        }
        written.rows += row;
        if is_full() {
            break;
        }
    }
    archive.finish().expect("the archive ends").flush().expect("room on the disk");
    written
}

fn add(kind: Kind, row: u64, chance: &mut Chance, text: &mut String) {
    use std::fmt::Write;
    let price = 1_000_000 + chance.below(900_000);
    let (low, high) = (price - chance.below(9_000), price + chance.below(9_000));
    let volume = 1 + chance.below(5_000_000_000);
    let money = |units: u64| format!("{}.{:02}", units / 100, units % 100);
    let amount = format!("{}.{:08}", volume / 100_000_000, volume % 100_000_000);
    let line = match kind {
        Kind::Candles => {
            let (open, close) = (low + (high - low) / 3, price);
            let (time, trades) = (START + row * 60, 1 + chance.below(900));
            let prices = [open, high, low, close].map(money).join(",");
            writeln!(text, "{time},{prices},{amount},{trades}")
        }
        Kind::BareTrades => {
            writeln!(text, "{},{},{amount}", START + row * 7 + chance.below(7), money(price))
        }
        Kind::Trades => {
            let (time, nanos) = (START + row * 7 + chance.below(7), chance.below(1_000_000_000));
            let side = if chance.below(2) == 0 { "b" } else { "s" };
            let number = row + 1;
            writeln!(text, "{},{amount},{time}.{nanos:09},{side},l,,{number}", money(price))
        }
    };
    line.expect("a text can be written to");
}

/// Numbers that look random and are the same each time.
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}
