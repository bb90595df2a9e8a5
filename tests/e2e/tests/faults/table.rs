//! One row a fault.

use super::*;

/// A row of the table.
pub(super) struct Row {
    pub(super) fault: &'static str,
    pub(super) got: String,
    pub(super) took: Duration,
    /// The conversation, or whatever else an event must speak of, and types or causes to be found.
    pub(super) kept: Vec<(String, &'static str)>,
}

pub(super) struct Table {
    pub(super) worker: Worker,
    pub(super) rows: Vec<Row>,
}

/// A conversation of its own, and the caller's leg.
pub(super) struct Call {
    pub(super) conversation: String,
    pub(super) from: String,
    pub(super) to: &'static str,
}

impl Call {
    pub(super) fn to(to: &'static str) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let count = COUNT.fetch_add(1, Ordering::Relaxed);
        Self {
            conversation: format!("CON-fault-{count}"),
            from: format!("4477009{count:05}"),
            to,
        }
    }

    pub(super) fn body(&self) -> Value {
        let leg = self.conversation.replace("CON", "leg");
        json!({ "from": self.from, "to": self.to, "uuid": leg, "conversation_uuid": self.conversation })
    }

    pub(super) fn keys(&self, digits: &str) -> Value {
        let mut body = self.body();
        body["dtmf"] = json!({ "digits": digits, "timed_out": false });
        body
    }

    pub(super) fn status(&self, status: &str) -> Value {
        let mut body = self.body();
        body["status"] = status.into();
        body["direction"] = "inbound".into();
        body["timestamp"] = "2026-11-21T12:00:00.000Z".into();
        body
    }
}

impl Table {
    /// Switches faults on; nothing else fails any more.
    pub(super) fn faults(&self, services: &Value) {
        let origins = json!({});
        self.set(services, &origins);
    }

    pub(super) fn set(&self, services: &Value, origins: &Value) {
        let body = json!({ "services": services, "origins": origins }).to_string();
        let reply = self.worker.request("PUT", "/faults", &[], body.as_bytes());
        assert_eq!(reply.status, 200, "{reply:?}");
    }

    /// A Worker that has nothing in memory: after a panic it begins anew.
    pub(super) fn cold(&self) {
        self.faults(&json!({ "handler": { "rate": 1.0 } }));
        let _ = self.worker.post(ANSWER, &Call::to(ACME).body());
    }

    /// What is asked, and how long the answer took.
    pub(super) fn timed(&self, to: &str, body: &Value) -> (Reply, Duration) {
        let began = Instant::now();
        let reply = self.worker.post(to, body);
        (reply, began.elapsed())
    }

    pub(super) fn row(
        &mut self,
        fault: &'static str,
        got: impl Into<String>,
        took: Duration,
        kept: &[(&str, &'static str)],
    ) {
        let got = got.into();
        println!("{fault}: {got}, {} ms", took.as_millis());
        let kept = kept
            .iter()
            .map(|(about, what)| ((*about).to_owned(), *what))
            .collect();
        self.rows.push(Row {
            fault,
            got,
            took,
            kept,
        });
    }

    /// A call that is answered whatever fails: with the first words of its menu, or an apology.
    pub(super) fn answered(
        &mut self,
        fault: &'static str,
        to: &'static str,
        expected: &str,
        kept: &[&'static str],
    ) -> (Call, Reply) {
        let call = Call::to(to);
        let (reply, took) = self.timed(ANSWER, &call.body());
        assert!(
            reply.spoken().contains(expected),
            "{fault}: {reply:?}\n{}",
            self.worker.log()
        );
        let mut all = vec![(call.conversation.as_str(), "vonage.voice.answer")];
        all.extend(kept.iter().map(|what| (call.conversation.as_str(), *what)));
        self.row(fault, says(&reply), took, &all);
        (call, reply)
    }
}

/// What should have been kept, and is not there within a minute.
pub(super) fn kept(table: &Table) -> Vec<String> {
    let until = Instant::now() + Duration::from_secs(60);
    loop {
        let events: Vec<String> = table
            .worker
            .all("events")
            .iter()
            .map(ToString::to_string)
            .collect();
        let missing: Vec<String> = table
            .rows
            .iter()
            .flat_map(|row| row.kept.iter().map(move |kept| (row.fault, kept)))
            .filter(|(_, (about, what))| {
                !events
                    .iter()
                    .any(|event| event.contains(about) && event.contains(what))
            })
            .map(|(fault, (about, what))| format!("{fault}: {what} of {about}"))
            .collect();
        if missing.is_empty() || Instant::now() > until {
            return missing;
        }
        thread::sleep(Duration::from_secs(1));
    }
}

pub(super) fn print(rows: &[Row]) {
    println!("\n| fault | the caller got | ms | kept |\n|---|---|---|---|");
    for row in rows {
        let kept: Vec<_> = row.kept.iter().map(|(_, what)| *what).collect();
        println!(
            "| {} | {} | {} | {} |",
            row.fault,
            row.got,
            row.took.as_millis(),
            kept.join(", ")
        );
    }
}
