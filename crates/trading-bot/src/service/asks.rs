//! What people on this machine ask, answered.
//!
//! **Law.** A halt closes the gate before anything else is done, the disk included; what a halt has
//! written is taken away by a whole resume only.

use std::time::Duration;

use bot_machine::BotInput;
use serde_json::json;
use tokio::{task::spawn_blocking, time::timeout};
use trading_engine::OperatorCommand;
use trading_types::{Pair, Timestamp};

use super::Service;
use crate::{
    control::{Ask, ControlRequest, Reply},
    halt_file::HaltFile,
    status::explain,
};

/// From the moment a halt was asked for, the gate is closed within this.
const GATE_MAX: Duration = Duration::from_millis(50);
/// Who asked for a halt waits this long for the disk, and is told if it takes longer.
const FILE_WAIT_MAX: Duration = Duration::from_secs(2);

impl Service {
    pub(super) async fn answer(&mut self, request: ControlRequest) {
        let by = request.principal.to_string();
        match request.what.clone() {
            Ask::Status => {
                let status = self.status().await;
                request.reply.answer(status);
            }
            Ask::Halt { reason } => self.halt(request, by, reason).await,
            Ask::Resume { reason, pair } => self.resume(request.reply, by, reason, pair),
            Ask::Acknowledge { alert } => {
                let now = self.now();
                self.bot.handle(BotInput::Acknowledged { alert, by }, now);
                request.reply.answer(json!({ "acknowledged": true }));
            }
            Ask::Explain { pair } => {
                let now = self.bot.venue_clock().0;
                request.reply.answer(explain(&self.bot, pair, now));
            }
            Ask::Stop => {
                let now = self.now();
                self.bot.handle(BotInput::ShutDown, now);
                request.reply.answer(json!({ "stopping": true }));
            }
        }
    }

    /// The gate closes, cancels leave, and only then the disk is asked; who asked for the halt
    /// hears of it when it is in the file.
    async fn halt(&mut self, request: ControlRequest, by: String, reason: String) {
        let ControlRequest { reply, heard, .. } = request;
        self.operate(by.clone(), OperatorCommand::Halt { reason: reason.clone() });
        self.carry_out().await;
        let took = heard.elapsed();
        if GATE_MAX < took {
            tracing::warn!(?took, "a halt has closed the gate late; is this machine overloaded?");
        }
        let (before, file, now) = (self.halt_write.take(), self.halt_file.clone(), self.now());
        self.halt_write = Some(tokio::spawn(async move {
            if let Some(before) = before {
                drop(before.await);
            }
            let mut answer = json!({ "halted": true, "gate_closed_us": took.as_micros() });
            let mut writing = spawn_blocking(move || write(&file, &reason, &by, now));
            if let Ok(written) = timeout(FILE_WAIT_MAX, &mut writing).await {
                answer["warning"] = json!(written.ok().flatten());
                return reply.answer(answer);
            }
            let words = "the halt holds, and the disk has not yet taken the file HALT";
            answer["warning"] = json!(words);
            reply.answer(answer);
            drop(writing.await);
        }));
    }

    /// A pair that trades again leaves the file alone: while it is there everything is halted.
    fn resume(&mut self, reply: Reply, by: String, reason: String, pair: Option<Pair>) {
        let command = if let Some(pair) = pair {
            OperatorCommand::ResumePair { pair, reason }
        } else {
            if self.halt_write.as_ref().is_some_and(|write| !write.is_finished()) {
                return reply.refuse("the halt is still being written down; ask again");
            }
            if let Err(error) = self.halt_file.remove() {
                return reply.refuse(format!("{error}; it would halt the bot again"));
            }
            OperatorCommand::Resume { reason }
        };
        self.operate(by, command);
        let halted = self.bot.engine().halted().map(ToString::to_string);
        reply.answer(json!({ "resumed": true, "halted": halted.is_some(), "halt_reason": halted }));
    }
}

/// Writes the file; gives what a person should know if that failed.
fn write(file: &HaltFile, reason: &str, by: &str, now: Timestamp) -> Option<String> {
    let error = file.write(reason, by, now).err()?;
    tracing::error!(%error, "the halt holds, and its file is not as it should be");
    Some(error.to_string())
}
