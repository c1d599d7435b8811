//! `slackwater simulate`: ready when it says so, serving until it is told to stop.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command},
};

use serde_json::Value;

use crate::bench::Bench;

/// A simulated Kraken that is being served, and its ready line.
struct Served {
    child: Child,
    ready: Value,
    bench: Bench,
}

impl Served {
    fn start(options: &str) -> Self {
        Self::start_in(Bench::new(), options)
    }

    fn start_in(bench: Bench, options: &str) -> Self {
        let mut child = bench.start(&format!("simulate --json {options}"));
        let stdout = child.stdout.as_mut().expect("a pipe");
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line).expect("a line");
        let ready = serde_json::from_str(&line).expect("the line is JSON");
        Self { child, ready, bench }
    }

    fn text(&self, field: &str) -> &str {
        self.ready[field].as_str().expect("a text")
    }

    /// The whole answer to a request.
    fn get(&self, path: &str) -> String {
        let place = self.text("rest").strip_prefix("http://").expect("an address");
        let mut stream = TcpStream::connect(place).expect("it listens");
        write!(stream, "GET {path} HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n")
            .expect("it reads");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer
    }

    /// Ends it with a signal; gives its status and what it said.
    fn end(mut self, signal: &str) -> (Option<i32>, String) {
        let id = self.child.id().to_string();
        let sent = Command::new("kill").args([signal, &id]).status();
        assert!(sent.expect("kill is there").success());
        let status = self.child.wait().expect("it ends");
        let mut words = String::new();
        self.child.stderr.take().expect("a pipe").read_to_string(&mut words).expect("text");
        (status.code(), words)
    }
}

/// Whatever a test finds, nothing is left running.
impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn the_ready_line_has_its_form() {
    let served = Served::start("");
    let (rest, public) = (served.text("rest"), served.text("ws_public"));
    assert_eq!(served.ready["ready"], true);
    let place = rest.strip_prefix("http://").expect("an address");
    assert_eq!(public, format!("ws://{place}/v2"));
    assert_eq!(served.text("ws_private"), format!("ws://{place}/private/v2"));
    assert_eq!(served.ready.as_object().map(serde_json::Map::len), Some(5), "{}", served.ready);
    let keys = served.ready["keys"].as_array().expect("keys");
    for key in keys {
        assert!(key["key"].as_str().is_some_and(|it| it.starts_with("SIMULATED")), "{key}");
        assert!(key["name"].is_string() && key["secret"].is_string(), "{key}");
        assert!(key["permissions"].is_array(), "{key}");
    }
}

#[test]
fn requests_are_answered() {
    let served = Served::start("");
    let answer = served.get("/0/public/Nothing");
    assert!(answer.starts_with("HTTP/1.1 "), "{answer}");
    assert!(answer.contains(r#"{"error":["EGeneral:Unknown method"]"#), "{answer}");
}

#[test]
#[cfg(unix)]
fn it_ends_in_order() {
    for signal in ["-INT", "-TERM"] {
        let served = Served::start("--speed 60 --seed 5 --limits off --accounts 3");
        served.get("/");
        assert_eq!(served.end(signal), (Some(0), String::new()), "{signal}");
    }
}

#[test]
fn it_ends_by_itself() {
    let outcome = Bench::new().run("simulate --json --for 1s").done();
    assert_eq!(outcome.json()["ready"], true);
}

#[test]
fn what_people_read() {
    let outcome = Bench::new().run("simulate --for 1s --tier pro --speed 60 --pair XBTUSD");
    assert_eq!((outcome.status, outcome.stdout.as_str()), (Some(0), ""), "{outcome:?}");
    let parts = [
        "a simulated Kraken: seed 1, pro tier, documented limits, 60× real time",
        "  REST        http://127.0.0.1:",
        "  markets     BTC/USD\n",
        "keys, which open nothing but this simulation:",
    ];
    for part in parts {
        assert!(outcome.stderr.contains(part), "lacks `{part}`: {outcome:?}");
    }
}

#[test]
fn everything_that_can_go_wrong_is_listed() {
    let bench = Bench::new();
    let list = bench.run("simulate --list-faults").done().stdout;
    assert!(
        list.starts_with("lost_answer          F1   a private request is carried out"),
        "{list}"
    );
    let json = bench.run("simulate --list-faults --json").done().json();
    let rows = json.as_array().expect("rows");
    assert_eq!(rows.len(), list.lines().count());
    assert!(rows.iter().all(|row| row["name"].is_string() && row["number"].is_u64()));
}

#[test]
fn tls_comes_with_its_certificate() {
    let bench = Bench::new();
    let served = Served::start_in(bench, "--tls --certificate it.pem");
    assert!(served.text("rest").starts_with("https://"));
    assert!(served.text("ws_public").starts_with("wss://"));
    let certificate = served.text("certificate");
    assert!(certificate.starts_with("-----BEGIN CERTIFICATE-----"), "{certificate}");
    assert_eq!(served.bench.read("it.pem"), certificate.as_bytes());
}

#[test]
fn candles_and_scenarios_are_followed() {
    let bench = Bench::new();
    bench
        .write("XBTUSD_60.csv", "1500001200,1000,2000,1000,2000,1,1\n1500004800,1,2,1,2,1,1\n")
        .write("storm.toml", "[[step]]\nat = '1s'\nfault = 'disconnect'\nfor = '10s'\n");
    let options = "--history XBTUSD_60.csv --from 2017-01-01 --scenario storm.toml --pair ETH/USD \
                   --fault lost_answer=0.5 --balance USD=5 --balance BTC=1";
    let served = Served::start_in(bench, options);
    assert!(served.get("/0/public/Nothing").contains("EGeneral:Unknown method"));
}

/// The second of the simulation, and some of its candles that are long over.
fn time_and_past(served: &Served) -> (u64, Vec<String>) {
    let body = |path: &str| -> Value {
        let answer = served.get(path);
        let (_, body) = answer.split_once("\r\n\r\n").expect("a head");
        serde_json::from_str(body).expect("JSON")
    };
    let time = body("/0/public/Time")["result"]["unixtime"].as_u64().expect("a number");
    let candles = body("/0/public/OHLC?pair=XBTUSD&interval=60");
    let candles = candles["result"]["XXBTZUSD"].as_array().expect("candles");
    (time, candles[660..715].iter().map(Value::to_string).collect())
}

#[test]
#[cfg(unix)]
fn what_is_kept_goes_on() {
    let keep = Bench::new();
    let path = keep.path("it.state").display().to_string();
    let options =
        format!("--pair XBTUSD --speed 600 --state {path} --warm-history 60h --quiet-markets");
    let first = Served::start(&options);
    let (before, candles) = time_and_past(&first);
    assert_eq!(first.end("-TERM"), (Some(0), String::new()));
    let second = Served::start(&options);
    let (after, again) = time_and_past(&second);
    assert!(before <= after && after < before + 86_400, "{before} {after}");
    assert!(again.contains(&candles[10]) && again.contains(&candles[54]), "{again:?}");
    keep.run(&format!("simulate {options}")).wrong(&["another simulation has it"]);
    drop(second);
    keep.run(&format!("simulate {options} --seed 2")).wrong(&["it.state", "another seed"]);
    let told = keep.run(&format!("simulate {options} --for 1s")).stderr;
    assert!(told.contains(&format!("  state       {path}, from 20")), "{told}");
}

#[test]
fn the_help_tells_what_there_is() {
    let help = Bench::new().run("simulate --help").done().stdout;
    for words in ["--fault <NAME[=PROBABILITY]>", "--list-faults", "slackwater simulate --history"]
    {
        assert!(help.contains(words), "lacks `{words}`: {help}");
    }
}
