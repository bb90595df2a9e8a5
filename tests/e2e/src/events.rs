//! Calls made up for tests, with what has to be known of each in the end; and ways to look at what
//! the Worker kept.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::worker::{ADMIN_TOKEN, Worker};

/// Random numbers that are the same in every run.
pub struct Dice(u64);

impl Dice {
    /// Those of one seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// One below `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % end
    }

    /// Any order of things.
    pub fn shuffle<T>(&mut self, things: &mut [T]) {
        for last in (1..things.len()).rev() {
            things.swap(last, self.below(last + 1));
        }
    }
}

/// What has to be known of a leg in the end.
#[derive(Clone, Debug, PartialEq)]
pub struct Expected {
    /// The leg.
    pub leg: String,
    /// Its status.
    pub status: &'static str,
    /// Its outcome.
    pub outcome: Option<&'static str>,
    /// Billed seconds.
    pub duration: Option<u64>,
    /// Price.
    pub price: Option<String>,
    /// How many recordings it has.
    pub recordings: usize,
    /// How many other legs its conversation has.
    pub others: usize,
}

/// The webhooks of made-up calls, in order, and what they amount to.
#[derive(Clone, Debug, Default)]
pub struct Calls {
    /// Bodies.
    pub webhooks: Vec<Value>,
    /// By leg.
    pub expected: Vec<Expected>,
}

/// So many calls of five sorts: put through, menu only, busy, recorded, rejected.
#[must_use]
pub fn calls(count: usize, seed: u64) -> Calls {
    let mut dice = Dice::new(seed);
    let mut calls = Calls::default();
    for number in 0..count {
        one(&mut calls, seed, number, &mut dice);
    }
    calls
}

fn one(calls: &mut Calls, seed: u64, number: usize, dice: &mut Dice) {
    let caller = format!("{seed:08x}{number:024x}");
    let agent = format!("{seed:08x}-0000-4000-8000-{number:012x}");
    let talk = format!("CON-{seed:08x}-0000-4000-9000-{number:012x}");
    let sort = dice.below(20);
    let seconds = 20 + dice.below(600);
    let price = format!("0.{:08}", seconds * 1200);
    let at = |second: usize| {
        let second = number % 3000 + second;
        format!(
            "2026-03-02T{:02}:{:02}:{:02}.{:03}Z",
            9 + second / 3600,
            second / 60 % 60,
            second % 60,
            number % 1000
        )
    };
    let status = |leg: &str, status: &str, second: usize, more: Value| {
        let mut body = json!({
            "uuid": leg, "conversation_uuid": talk, "status": status, "timestamp": at(second),
            "direction": if leg == caller { "inbound" } else { "outbound" },
            "from": format!("4477009{number:05}"),
            "to": if leg == caller { "442079460111".to_owned() } else { format!("4420794{number:05}") },
        });
        for (name, value) in more.as_object().unwrap() {
            body[name] = value.clone();
        }
        body
    };
    let completed = |leg: &str, second: usize, duration: usize, price: &str| {
        status(
            leg,
            "completed",
            second,
            json!({ "start_time": at(2), "end_time": at(second), "duration": duration.to_string(),
            "rate": "0.00720000", "price": price, "network": "GB-FIXED", "disconnected_by": "user", "sip_code": 200 }),
        )
    };
    let expect =
        |leg: &str, status, outcome, duration: Option<usize>, recordings, others| Expected {
            leg: leg.to_owned(),
            status,
            outcome: Some(outcome),
            duration: duration.map(|it| u64::try_from(it).unwrap()),
            price: duration.map(|it| {
                if it == 0 {
                    "0".to_owned()
                } else {
                    price.clone()
                }
            }),
            recordings,
            others,
        };

    let add = |calls: &mut Calls, webhook: Value| calls.webhooks.push(webhook);
    add(calls, status(&caller, "started", 0, json!({})));
    if sort == 19 {
        add(
            calls,
            status(
                &caller,
                "rejected",
                1,
                json!({ "detail": "restricted", "sip_code": 603 }),
            ),
        );
        calls
            .expected
            .push(expect(&caller, "rejected", "failed", None, 0, 0));
        return;
    }
    add(calls, status(&caller, "ringing", 0, json!({})));
    add(
        calls,
        status(
            &caller,
            "answered",
            2,
            json!({ "start_time": null, "rate": null, "network": null }),
        ),
    );
    add(calls, completed(&caller, 2 + seconds, seconds, &price));
    match sort {
        0..10 => {
            add(calls, status(&agent, "started", 8, json!({})));
            add(calls, status(&agent, "ringing", 9, json!({})));
            add(calls, status(&agent, "answered", 12, json!({})));
            add(calls, completed(&agent, 2 + seconds, seconds, &price));
            calls.expected.push(expect(
                &caller,
                "completed",
                "transferred",
                Some(seconds),
                0,
                1,
            ));
            calls.expected.push(expect(
                &agent,
                "completed",
                "completed",
                Some(seconds),
                0,
                1,
            ));
        }
        10..14 => {
            calls.expected.push(expect(
                &caller,
                "completed",
                "completed",
                Some(seconds),
                0,
                0,
            ));
        }
        14..17 => {
            add(calls, status(&agent, "started", 8, json!({})));
            add(calls, status(&agent, "busy", 9, json!({ "sip_code": 486 })));
            add(calls, completed(&agent, 10, 0, "0"));
            calls.expected.push(expect(
                &caller,
                "completed",
                "completed",
                Some(seconds),
                0,
                1,
            ));
            calls
                .expected
                .push(expect(&agent, "busy", "failed", Some(0), 0, 1));
        }
        _ => {
            add(
                calls,
                json!({ "conversation_uuid": talk, "recording_uuid": format!("rec-{caller}"),
                "recording_url": format!("https://api.nexmo.com/v1/files/{caller}"), "size": 4000 + number,
                "start_time": at(4), "end_time": at(9), "timestamp": at(10) }),
            );
            add(
                calls,
                json!({ "conversation_uuid": talk, "recording_uuid": format!("rec-{caller}"), "type": "record",
                "status": "transcribed", "transcription_url": format!("https://api.nexmo.com/v1/files/t-{caller}"), "timestamp": at(11) }),
            );
            calls.expected.push(expect(
                &caller,
                "completed",
                "completed",
                Some(seconds),
                1,
                0,
            ));
        }
    }
}

/// What a record says, as far as it was expected.
#[must_use]
pub fn known(record: &Value, expected: &Expected) -> Expected {
    let text = |name: &str| record[name].as_str().unwrap_or_default().to_owned();
    let same = |found: &str, wanted: &'static str| {
        if found == wanted {
            wanted
        } else {
            "something else"
        }
    };
    Expected {
        leg: text("leg"),
        status: same(&text("status"), expected.status),
        outcome: expected
            .outcome
            .map(|wanted| same(&text("outcome"), wanted)),
        duration: record["duration"].as_u64(),
        price: record["price"].as_str().map(str::to_owned),
        recordings: record["recordings"].as_array().map_or(0, Vec::len),
        others: record["legs"].as_array().map_or(0, Vec::len),
    }
}

/// The id the Worker has to give the event of a webhook that came to `/webhooks/event`.
#[must_use]
pub fn id_of(webhook: &Value) -> String {
    event_of(webhook, vonage::Timestamp::UNIX_EPOCH).id
}

/// The event of a webhook that came to `/webhooks/event` at this time.
#[must_use]
pub fn event_of(webhook: &Value, received: vonage::Timestamp) -> events::Event {
    let body = webhook.to_string();
    let delivery = vonage::Delivery::json(body.as_bytes());
    let webhook = vonage::Webhook::parse(vonage::Route::Event, &delivery).unwrap();
    events::Event::from_webhook(&webhook, body.as_bytes(), received, None)
}

/// The ids of webhooks, each once.
#[must_use]
pub fn ids_of(webhooks: &[Value]) -> BTreeSet<String> {
    webhooks.iter().map(id_of).collect()
}

impl Worker {
    /// A request to `/api` by an operator.
    #[must_use]
    pub fn api(&self, method: &str, path: &str, body: &Value) -> crate::Reply {
        let headers = [
            ("authorization", format!("Bearer {ADMIN_TOKEN}")),
            ("content-type", "application/json".to_owned()),
        ];
        let body = if body.is_null() {
            String::new()
        } else {
            body.to_string()
        };
        self.request(method, path, &headers, body.as_bytes())
    }

    /// Everything a list of `/api` holds, page after page.
    #[must_use]
    pub fn all(&self, list: &str) -> Vec<Value> {
        self.find(list, "")
    }

    /// What a list of `/api` holds under a filter, `type=ivr.step`, page after page.
    #[must_use]
    pub fn find(&self, list: &str, filter: &str) -> Vec<Value> {
        self.pages(list, &format!("limit=500&{filter}"))
    }

    /// The same with a query that says how long a page is.
    #[must_use]
    pub fn pages(&self, list: &str, query: &str) -> Vec<Value> {
        let mut found = Vec::new();
        let mut cursor = String::new();
        loop {
            let path = format!("/api/{list}?{query}{cursor}");
            let page = self.api("GET", &path, &Value::Null);
            assert_eq!(page.status, 200, "{path}: {page:?}");
            let page = page.json();
            found.extend(page[list].as_array().unwrap().iter().cloned());
            match page["cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return found,
            }
        }
    }

    /// Replays what `body` asks for, request after request; how many events were sent.
    #[must_use]
    pub fn replay(&self, mut body: Value) -> u64 {
        let mut sent = 0;
        loop {
            let reply = self.api("POST", "/api/events/replay", &body);
            assert_eq!(reply.status, 200, "{reply:?}");
            let reply = reply.json();
            sent += reply["sent"].as_u64().unwrap();
            match reply["cursor"].as_str() {
                Some(cursor) => body["cursor"] = cursor.into(),
                None => return sent,
            }
        }
    }

    /// The ids of the events in the database.
    #[must_use]
    pub fn event_ids(&self) -> BTreeSet<String> {
        self.all("events")
            .iter()
            .map(|event| event["id"].as_str().unwrap().to_owned())
            .collect()
    }

    /// How often each event lies in the archive, by id: read from the bucket's files on disk.
    #[must_use]
    pub fn archived(&self) -> BTreeMap<String, u32> {
        let mut found = BTreeMap::new();
        for text in self.objects() {
            for line in text.lines() {
                let Ok(event) = serde_json::from_str::<Value>(line) else {
                    continue;
                };
                if event["specversion"] == "1.0" {
                    *found
                        .entry(event["id"].as_str().unwrap().to_owned())
                        .or_insert(0) += 1;
                }
            }
        }
        found
    }

    /// The objects in the archive's bucket, as text.
    #[must_use]
    pub fn objects(&self) -> Vec<String> {
        let mut texts = Vec::new();
        read_blobs(
            &self.folder().join("state/v3/r2/edge-ivr-archive/blobs"),
            &mut texts,
        );
        texts
    }

    /// Makes services fail: `{"queue": {"rate": 1.0, "times": 10}}`.
    pub fn fail(&self, services: &Value) {
        let reply = self.request(
            "PUT",
            "/faults",
            &[],
            json!({ "services": services }).to_string().as_bytes(),
        );
        assert_eq!(reply.status, 200, "{reply:?}");
    }

    /// The rows the database billed since the faults were set: read, and written.
    #[must_use]
    pub fn billed(&self) -> (u64, u64) {
        let faults = self.request("GET", "/faults", &[], b"").json();
        let rows = |name: &str| faults["rows"][name].as_f64().unwrap();
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a count"
        )]
        let whole = |name: &str| rows(name) as u64;
        (whole("read"), whole("written"))
    }

    /// How often each service failed since then.
    #[must_use]
    pub fn failures(&self) -> BTreeMap<String, u64> {
        let faults = self.request("GET", "/faults", &[], b"").json();
        let services = faults["services"].as_object().unwrap().clone();
        services
            .into_iter()
            .map(|(name, rule)| (name, rule["met"].as_u64().unwrap()))
            .collect()
    }
}

fn read_blobs(folder: &Path, texts: &mut Vec<String>) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        if entry.path().is_dir() {
            read_blobs(&entry.path(), texts);
        } else if let Ok(bytes) = fs::read(entry.path()) {
            texts.push(String::from_utf8_lossy(&bytes).into_owned());
        }
    }
}
