//! The nodes that lead elsewhere: `connect`, `switch` and `lookup`.

use super::*;
use crate::compile::Reach;
use crate::document::Test;

impl Builder<'_> {
    pub(super) fn connect(&mut self, connect: &document::Connect, voice: &Voice) -> Connect {
        let whisper = self.phrase("/whisper", &connect.whisper, voice, None);
        let ringback = connect
            .ringback
            .as_ref()
            .map(|url| self.template("/ringback", url, false));
        let mut targets = Vec::with_capacity(connect.to.len());
        for (index, destination) in connect.to.iter().enumerate() {
            let field = format!("/to/{index}");
            targets.push(self.at(&field, |builder| {
                builder.dial(connect, destination, ringback.as_ref(), !whisper.is_empty())
            }));
        }
        let mut exit = |field: &str, target: &Option<Target>| match target
            .as_ref()
            .or(connect.otherwise.as_ref())
        {
            Some(target) => self.exit_at(
                if target_is(connect, target) {
                    "/otherwise"
                } else {
                    field
                },
                target,
            ),
            None => Exit::Hangup,
        };
        let exits = [
            exit("/busy", &connect.busy),
            exit("/no_answer", &connect.no_answer),
            exit("/rejected", &connect.rejected),
            exit("/failed", &connect.failed),
        ];
        let then = connect
            .then
            .as_ref()
            .map(|target| self.exit_at("/then", target));
        let resume = then.as_ref().filter(|then| !self.is_end(then)).map(|_| ());
        let resume = resume.map(|()| self.resume());
        Connect {
            targets: targets.into(),
            order: connect.order,
            exits,
            hangs_up_on_machines: connect.machine == Some(Machine::Hangup),
            whisper,
            then,
            resume,
        }
    }

    pub(super) fn dial(
        &mut self,
        connect: &document::Connect,
        destination: &document::Destination,
        ringback: Option<&Template>,
        whispers: bool,
    ) -> Dial {
        let mut holes = Holes::default();
        let (endpoint, address, reach) = match &destination.endpoint {
            Endpoint::Phone {
                number: written,
                dtmf,
            } => {
                let template = self.template("/phone", written, false);
                self.digits_around("/phone", &template);
                let mut phone = ncco::Phone::new(holes.text(&template, Place::Number));
                phone.dtmf_answer.clone_from(dtmf);
                if whispers {
                    let mut answer = ncco::OnAnswer::new(Route::Whisper.hole());
                    answer.ringback_tone = ringback.map(|url| holes.text(url, Place::Address));
                    phone = phone.on_answer(answer);
                }
                (ncco::Endpoint::Phone(phone), template, Reach::Number)
            }
            Endpoint::Sip { uri, headers } => {
                let template = self.template("/sip", uri, false);
                let place = Place::HeaderLine(LONGEST_LINE);
                let mut sip = ncco::Sip::new(holes.text(&template, Place::Address));
                for (key, value) in headers.iter() {
                    let value = self.text(&header(key), value, place, &mut holes);
                    sip = sip.header(key, value);
                }
                (ncco::Endpoint::Sip(sip), template, Reach::Sip)
            }
            Endpoint::App { user } => {
                let template = self.template("/app", user, false);
                let place = Place::Line(LONGEST_LINE);
                let app = ncco::App::new(holes.text(&template, place));
                (ncco::Endpoint::App(app), template, Reach::Name)
            }
            Endpoint::Websocket {
                uri,
                content_type,
                headers,
            } => {
                let template = self.template("/websocket", uri, false);
                let uri = holes.text(&template, Place::Address);
                let content_type = ncco::ContentType::from(content_type.as_str());
                let mut websocket = ncco::Websocket::new(uri, content_type);
                let most = self.room_in_headers(headers);
                for (key, value) in headers.iter() {
                    let value = self.text(&header(key), value, Place::Line(most), &mut holes);
                    websocket = websocket.header(key, value);
                }
                (ncco::Endpoint::Websocket(websocket), template, Reach::Name)
            }
            Endpoint::Vbc { extension } => (
                ncco::Endpoint::Vbc(ncco::Vbc::new(extension)),
                Template::new(extension).unwrap_or_default(),
                Reach::Extension,
            ),
        };
        let mut action = Dialled::new(endpoint)
            .from(
                connect
                    .from
                    .map_or_else(|| FROM.to_owned(), |from| from.to_string()),
            )
            .timeout(destination.ring.unwrap_or(connect.ring).into())
            .synchronous(Route::Connect.hole())
            .event_method(EventMethod::Post);
        action.limit = connect.limit.map(u32::from);
        action.machine_detection = connect.machine.map(|machine| match machine {
            Machine::Continue => MachineBehavior::Continue,
            Machine::Hangup => MachineBehavior::Hangup,
        });
        action.ringback_tone = ringback.map(|url| holes.text(url, Place::Address));
        Dial {
            action: self.filled(action, &holes),
            address,
            reach,
        }
    }

    /// Notes what stands beside a placeholder in a telephone number and is no digit: with it, no
    /// value gives a number.
    fn digits_around(&mut self, field: &str, number: &Template) {
        let written = number.with_each("");
        if number.as_text().is_none() && !written.bytes().all(|byte| byte.is_ascii_digit()) {
            let message = format!("`{written}` stands beside a placeholder: expected digits only");
            self.at(field, |builder| builder.note(Code::BadNumber, message));
        }
    }

    /// How many bytes each value may take in the headers of a WebSocket, which the platform takes
    /// 512 bytes of, as JSON.
    fn room_in_headers(&mut self, headers: &Map<String>) -> usize {
        let mut fixed = serde_json::Map::new();
        let mut slots = 0;
        for (key, value) in headers.iter() {
            let template = Template::new(value).unwrap_or_default();
            slots += template.slots().count();
            fixed.insert(key.to_owned(), template.with_each("").into());
        }
        let fixed = serde_json::Value::from(fixed).to_string().len();
        let room = LONGEST_WEBSOCKET_HEADERS.saturating_sub(fixed) / slots.max(1);
        if slots > 0 && room < LEAST_ROOM {
            let message = format!(
                "the headers leave {room} bytes for each placeholder: the platform takes {LONGEST_WEBSOCKET_HEADERS} bytes of JSON"
            );
            self.at("/headers", |builder| {
                builder.note(Code::InvalidNcco, message)
            });
        }
        room
    }

    pub(super) fn switch(&mut self, switch: &document::Switch) -> Switch {
        match &switch.on {
            Subject::Variable(name) if self.secrets.contains(&name.as_str()) => {
                self.at("/on", |builder| builder.leak(name));
            }
            Subject::Lookup(path) => {
                add(&mut self.lookups, path);
            }
            Subject::Header(name) => {
                add(&mut self.headers, name);
            }
            _ => {}
        }
        let mut cases = Vec::with_capacity(switch.cases.len());
        for (index, case) in switch.cases.iter().enumerate() {
            let below = format!("/cases/{index}");
            match &case.test {
                Test::Equals(text) => self.fixed(&format!("{below}/equals"), text),
                Test::In(texts) => texts.iter().enumerate().for_each(|(index, text)| {
                    self.fixed(&format!("{below}/in/{index}"), text);
                }),
                Test::Prefix(texts) => texts.iter().enumerate().for_each(|(index, text)| {
                    self.fixed(&format!("{below}/prefix/{index}"), text);
                }),
                Test::InList(_) | Test::Country(_) | Test::Percent(_) => {}
            }
            cases.push((
                case.test.clone(),
                self.exit_at(&format!("{below}/then"), &case.then),
            ));
        }
        Switch {
            on: switch.on.clone(),
            cases: cases.into(),
            otherwise: self.exit_at("/otherwise", &switch.otherwise),
        }
    }

    pub(super) fn lookup(&mut self, lookup: &document::Lookup) -> Lookup {
        let mut headers = Vec::with_capacity(lookup.headers.len());
        for (name, value) in lookup.headers.iter() {
            headers.push((name.into(), self.template(&header(name), value, true)));
        }
        Lookup {
            url: self.template("/url", &lookup.url, false),
            method: lookup.method,
            headers: headers.into(),
            body: lookup
                .body
                .as_ref()
                .map(|body| self.json("/body", body, true)),
            deadline_ms: lookup.deadline_ms,
            into: lookup.into.clone(),
            then: self.exit_at("/then", &lookup.then),
            failed: self.exit_at("/failed", &lookup.failed),
        }
    }
}

/// What the platform takes of a WebSocket's headers, in bytes of JSON.
const LONGEST_WEBSOCKET_HEADERS: usize = 512;
/// A telephone number fits in at least.
const LEAST_ROOM: usize = 15;

/// The pointer to a header of a destination.
fn header(name: &str) -> String {
    let mut below = "/headers".to_owned();
    crate::source::push_token(&mut below, name);
    below
}

/// Whether an exit is taken from `otherwise`.
fn target_is(connect: &document::Connect, target: &Target) -> bool {
    connect
        .otherwise
        .as_ref()
        .is_some_and(|otherwise| std::ptr::eq(otherwise, target))
}
