//! `slackwater data record`: Kraken's frames as they came, with the books proved on the way.

use std::path::PathBuf;

use kraken_client::{
    calls::Calls,
    http::Http,
    recorder::RecorderSettings,
    socket::{Socket, SocketEvent, SocketSettings},
};
use kraken_protocol::stream::{
    session::{LinkChange, SessionSettings},
    subscription::{SocketKind, Subscription, TickerTrigger},
};
use serde::Serialize;
use tokio::sync::oneshot;
use trading_types::Interval;

use crate::{
    arguments::data::{ChannelArgument, RecordArguments},
    clock,
    failure::Failure,
    kraken_link::KrakenLink,
    output,
};

/// What was recorded.
#[derive(Debug, Default, Serialize)]
struct Answer {
    file: PathBuf,
    messages: u64,
    books_proved: u64,
    books_broken: u64,
    times_connected: u64,
    /// Why it ended, if not because it was told to.
    ended: Option<String>,
    /// Why frames could not be written any more.
    failed: Option<String>,
}

pub(crate) fn record(arguments: &RecordArguments) -> Result<(), Failure> {
    let file = arguments.out.clone().unwrap_or_else(|| {
        let name = format!("{}.jsonl", clock::now().to_string().replace(':', "-"));
        arguments.kraken.data_dir.join("recordings").join(name)
    });
    let link = KrakenLink::open(&arguments.kraken, Vec::new())?;
    let interrupted = listen_for_interrupt()?;
    let answer =
        link.run(async |calls, ways| follow(arguments, file, (calls, ways), interrupted).await)?;
    if arguments.json {
        output::json(&answer)?;
    } else {
        let Answer { file, messages, books_proved, books_broken, .. } = &answer;
        let file = file.display();
        output::line(format_args!(
            "{file}: {messages} messages; {books_proved} changes of books proved, \
             {books_broken} broken"
        ))?;
    }
    if let Some(why) = answer.failed {
        let hint = "make room on the disk; what was recorded before is kept";
        return Err(Failure::wrong_hint(why, hint));
    }
    match answer.ended {
        Some(why) => Err(Failure::venue(format_args!("the recording ended: {why}"))),
        None => Ok(()),
    }
}

async fn follow(
    arguments: &RecordArguments,
    file: PathBuf,
    (calls, ways): (&Calls, &[Http]),
    mut interrupted: oneshot::Receiver<()>,
) -> Result<Answer, Failure> {
    let settings = SocketSettings {
        recorder: Some(RecorderSettings::new(file.clone())),
        ..SocketSettings::new(SessionSettings::new(SocketKind::Public))
    };
    let (socket, mut events) =
        Socket::open(calls.clone(), ways.to_vec(), settings).map_err(Failure::wrong)?;
    for subscription in subscriptions(arguments) {
        socket.subscribe(subscription, None).await;
    }
    let clock = calls.clock().clone();
    let end = arguments.record_for.map_or(trading_types::Timestamp::NEVER, |it| clock.now() + it);
    let mut answer = Answer { file, ..Answer::default() };
    loop {
        let event = tokio::select! {
            event = events.recv() => event,
            () = clock.sleep_until(end) => break,
            _ = &mut interrupted => break,
        };
        let Some(event) = event else { break };
        match event {
            SocketEvent::Market(_) => answer.messages += 1,
            SocketEvent::Book { .. } => answer.books_proved += 1,
            SocketEvent::BookBroken { fault, .. } => {
                answer.books_broken += 1;
                output::word(format_args!("{fault}"));
            }
            SocketEvent::Link(LinkChange::Up) => answer.times_connected += 1,
            SocketEvent::Link(LinkChange::Down(why)) => {
                output::word(format_args!("the connection is lost ({why:?}); another is tried"));
            }
            SocketEvent::RecordingFailed(error) => {
                answer.failed = Some(error.to_string());
                break;
            }
            SocketEvent::Ended(reason) => {
                answer.ended = Some(format!("{reason:?}"));
                break;
            }
            SocketEvent::Account(_)
            | SocketEvent::Answer(_)
            | SocketEvent::NotPermitted { .. }
            | SocketEvent::Reconcile(_) => (),
        }
    }
    socket.shut_down().await;
    // Everything that is recorded is on disk when there is nothing more to hear, or it is said.
    while let Some(event) = events.recv().await {
        if let SocketEvent::RecordingFailed(error) = event {
            answer.failed = Some(error.to_string());
        }
    }
    Ok(answer)
}

fn subscriptions(arguments: &RecordArguments) -> Vec<Subscription> {
    use ChannelArgument as C;
    let channels: &[C] =
        if arguments.channels.is_empty() { &[C::Book, C::Trade] } else { &arguments.channels };
    let minute = Interval::from_minutes(1).expect("Kraken has candles of a minute");
    let of = |channel: &C, pair| match channel {
        C::Book => Subscription::Book { pair, depth: arguments.depth },
        C::Trade => Subscription::Trades { pair },
        C::Ticker => Subscription::Ticker { pair, trigger: TickerTrigger::BestPrices },
        C::Ohlc => Subscription::Candles { pair, interval: minute },
    };
    let pairs = arguments.pairs.iter().map(|rules| rules.pair);
    pairs.flat_map(|pair| channels.iter().map(move |channel| of(channel, pair))).collect()
}

/// Ctrl-C and SIGTERM end the recording in order.
fn listen_for_interrupt() -> Result<oneshot::Receiver<()>, Failure> {
    let (send, receive) = oneshot::channel();
    let mut send = Some(send);
    ctrlc::set_handler(move || {
        if let Some(send) = send.take() {
            // When nobody receives any more the recording is over already.
            let _ = send.send(());
        }
    })
    .map_err(|error| Failure::wrong(format_args!("cannot listen for Ctrl-C: {error}")))?;
    Ok(receive)
}
