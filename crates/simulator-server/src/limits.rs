//! Every bound of the listener, with its reason. What Kraken bounds is the machine's business;
//! these keep one client from taking the memory or the time of the others.

use std::time::Duration;

/// The bounds of a listener. The defaults are right unless a test wants to run into one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListenerLimits {
    /// Connections at once; more are closed as they come. A thousand idle ones and as many busy
    /// ones, each some ten kilobytes.
    pub connections_max: usize,
    /// Connections at once that have not asked for anything yet; the oldest makes room. Systems
    /// commonly give a process 1,024 files, and half-open sockets must not use them up.
    pub newcomers_max: usize,
    /// How long a connection may take to its first request, TLS included: ten seconds over the
    /// worst line.
    pub first_request_time_max: Duration,
    /// How long a connection may be idle between requests. Clients keep theirs for a minute or two
    /// and expect them to be there.
    pub idle_time_max: Duration,
    /// A request's head: Kraken's own edge takes 32 KB.
    pub head_bytes_max: usize,
    /// A request's headers, by number: twice what a browser sends.
    pub headers_max: usize,
    /// A request's body: a batch of 15 orders has 10 KB.
    pub body_bytes_max: usize,
    /// How much of a body that is too large is read and thrown away, so that its sender hears why
    /// it was refused.
    pub body_bytes_discarded_max: usize,
    /// How long a body may take.
    pub body_time_max: Duration,
    /// A frame or a message in pieces from a client: a batch of 15 orders has 10 KB.
    pub message_bytes_max: usize,
    /// Frames that wait for one connection. Whoever is further behind does not read.
    pub frames_queued_max: usize,
    /// Bytes that wait for one connection; a whole book of 1,000 levels a side has 100 KB.
    pub bytes_queued_max: usize,
    /// How long both sides may take to say goodbye, or a last answer to be read.
    pub farewell_time_max: Duration,
    /// How long a connection that hangs is kept: longer than any client waits.
    pub hang_time_max: Duration,
}

impl Default for ListenerLimits {
    fn default() -> Self {
        Self {
            connections_max: 2_000,
            newcomers_max: 512,
            first_request_time_max: Duration::from_secs(10),
            idle_time_max: Duration::from_mins(5),
            head_bytes_max: 32 << 10,
            headers_max: 100,
            body_bytes_max: 1 << 20,
            body_bytes_discarded_max: 16 << 20,
            body_time_max: Duration::from_secs(30),
            message_bytes_max: 1 << 20,
            frames_queued_max: 20_000,
            bytes_queued_max: 8 << 20,
            farewell_time_max: Duration::from_secs(2),
            hang_time_max: Duration::from_mins(10),
        }
    }
}
