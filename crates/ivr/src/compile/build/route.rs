//! The nodes that lead elsewhere: `connect`, `switch` and `lookup`.

use super::*;

impl Builder<'_> {
    pub(super) fn connect(&mut self, connect: &document::Connect, voice: &Voice) -> Connect {
        let whisper = self.phrase("/whisper", &connect.whisper, voice, None);
        let mut targets = Vec::with_capacity(connect.to.len());
        for (index, destination) in connect.to.iter().enumerate() {
            let field = format!("/to/{index}");
            targets.push(self.at(&field, |builder| {
                builder.dial(connect, destination, !whisper.is_empty())
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
        whispers: bool,
    ) -> Dial {
        let mut number = None;
        let endpoint = match &destination.endpoint {
            Endpoint::Phone {
                number: written,
                dtmf,
            } => {
                let template = self.template("", written, false);
                let mut phone = match template.as_text() {
                    Some(fixed) => ncco::Phone::new(fixed),
                    None => {
                        number = Some(template);
                        ncco::Phone::new(NUMBER)
                    }
                };
                phone.dtmf_answer.clone_from(dtmf);
                if whispers {
                    let mut answer = ncco::OnAnswer::new(Route::Whisper.hole());
                    answer.ringback_tone.clone_from(&connect.ringback);
                    phone = phone.on_answer(answer);
                }
                ncco::Endpoint::Phone(phone)
            }
            Endpoint::Sip { uri, headers } => {
                let sip = headers
                    .iter()
                    .fold(ncco::Sip::new(uri), |sip, (key, value)| {
                        sip.header(key, value.as_str())
                    });
                ncco::Endpoint::Sip(sip)
            }
            Endpoint::App { user } => ncco::Endpoint::App(ncco::App::new(user)),
            Endpoint::Websocket {
                uri,
                content_type,
                headers,
            } => {
                let content_type = ncco::ContentType::from(content_type.as_str());
                let websocket = headers.iter().fold(
                    ncco::Websocket::new(uri, content_type),
                    |socket, (key, value)| socket.header(key, value.as_str()),
                );
                ncco::Endpoint::Websocket(websocket)
            }
            Endpoint::Vbc { extension } => ncco::Endpoint::Vbc(ncco::Vbc::new(extension)),
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
        action.ringback_tone.clone_from(&connect.ringback);
        let text = number.clone().map(|number| (number, Place::Number));
        Dial {
            action: self.action(action, text),
            number,
        }
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
            cases.push((
                case.test.clone(),
                self.exit_at(&format!("/cases/{index}/then"), &case.then),
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
            let mut below = "/headers".to_owned();
            crate::source::push_token(&mut below, name);
            headers.push((name.into(), self.template(&below, value, true)));
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

/// Whether an exit is taken from `otherwise`.
fn target_is(connect: &document::Connect, target: &Target) -> bool {
    connect
        .otherwise
        .as_ref()
        .is_some_and(|otherwise| std::ptr::eq(otherwise, target))
}
