//! A VoiceXML browser, as far as a Worker can tell: for the part of VoiceXML that the Worker sends.
//!
//! It fetches the first document, interprets its form, submits what the caller did, and goes on
//! with what it is given, until a document ends the session. A document with anything it does not
//! know is an error, as it would be for a browser.

mod document;
mod items;
mod session;

use std::collections::BTreeMap;
use std::time::Duration;

use roxmltree::{Document, Node};
use serde_json::{Map, Value};

use crate::CallSetup;
use crate::caller::{Action, Caller, Demand};
use crate::clock::Clock;
use crate::destination::{Destination, Request, Response};
use crate::ids::Ids;
use crate::post::query;
use crate::report::{Call, EndedBy, Exchange, Happening, Moment};
use document::{Instruction, handler};
use session::{BadDocument, Session, Submit};

/// No call asks for this many documents; a menu that sends its caller round for ever does.
const MOST_DOCUMENTS: usize = 2000;
/// What a recording is sent as.
const MULTIPART: &str = "multipart/form-data; boundary=edge-ivr-browser";
const BOUNDARY: &str = "--edge-ivr-browser";

/// Calls a Worker as a VoiceXML browser does.
#[derive(Debug, Clone)]
pub struct Browser<D> {
    origin: String,
    token: String,
    destination: D,
}

/// What a document comes to.
enum Next {
    /// Another document.
    Submit(Submit),
    /// The same form from its beginning.
    Again,
    /// The end.
    Over(EndedBy),
}

impl<D: Destination> Browser<D> {
    /// A browser for the Worker at `origin`, let in by `token`.
    pub fn new(origin: &str, token: &str, destination: D) -> Self {
        Self {
            origin: origin.trim_end_matches('/').to_owned(),
            token: token.to_owned(),
            destination,
        }
    }

    /// One call to a menu, or to the number of `setup` when none is named.
    pub fn call(&self, menu: Option<&str>, setup: &CallSetup, caller: &mut dyn Caller) -> Call {
        let mut ids = setup.seed.as_deref().map_or_else(
            || Ids::from_seed(&self.destination.unique()),
            Ids::from_seed,
        );
        let name = match &setup.conversation {
            Some(conversation) => conversation.to_string(),
            None => ids.uuid(),
        };
        let mut fields = Map::new();
        for (key, value) in [
            ("token", self.token.as_str()),
            ("to", &setup.to),
            ("from", setup.from.as_deref().unwrap_or_default()),
            ("session", &name),
        ] {
            fields.insert(key.to_owned(), value.into());
        }
        let menu = menu.map_or_else(String::new, |menu| ["/", menu].concat());
        let url = format!("{}/vxml/answer{menu}?{}", self.origin, query(&fields));
        let starts = setup.starts.unwrap_or_else(|| self.destination.now());
        let mut session = Session {
            destination: &self.destination,
            caller,
            clock: Clock::at(starts),
            news: Vec::new(),
            told: 0,
            exchanges: Vec::new(),
            interruptible_seconds: 0.0,
            variables: BTreeMap::new(),
            sound: None,
        };
        let ended = session.run(Submit {
            url,
            get: true,
            fields: Vec::new(),
            sound: None,
        });
        let id = ["vxml-", &name].concat();
        Call {
            leg: id.as_str().into(),
            conversation: id.into(),
            seconds: session.clock.elapsed_ms() as f64 / 1000.0,
            moments: session.news,
            exchanges: session.exchanges,
            ended,
        }
    }
}

impl Session<'_, '_> {
    /// Document after document, until one ends the call.
    fn run(&mut self, first: Submit) -> EndedBy {
        let mut submit = first;
        let mut before = String::new();
        for _ in 0..MOST_DOCUMENTS {
            let text = match self.fetch(&submit) {
                Ok(text) => text,
                Err(BadDocument(why)) => return self.fail(&before, &submit.url, why),
            };
            match self.play(&text) {
                Ok(Next::Submit(next)) => submit = next,
                Ok(Next::Again) => return self.end(EndedBy::Limit),
                Ok(Next::Over(by)) => return by,
                Err(BadDocument(why)) => return self.fail(&text, &submit.url, why),
            }
            before = text;
        }
        self.end(EndedBy::Limit)
    }

    /// `error.badfetch` and its like: the document that was played says what is heard then.
    fn fail(&mut self, document: &str, url: &str, why: String) -> EndedBy {
        self.tell(Happening::Refused {
            url: url.to_owned(),
            reason: "error.badfetch".to_owned(),
            detail: why,
        });
        if let Ok(document) = Document::parse(document)
            && let Some(catch) = handler(document.root_element(), "catch", "error.badfetch")
        {
            let _ = self.execute(catch);
        }
        self.end(EndedBy::Failure)
    }

    fn end(&mut self, by: EndedBy) -> EndedBy {
        self.finish_prompts();
        self.tell(Happening::Ended { by });
        by
    }

    /// Interprets the form of a document (VoiceXML 2.0, appendix C, for one form and one item).
    fn play(&mut self, text: &str) -> Result<Next, BadDocument> {
        let document = Document::parse(text).map_err(|error| BadDocument(error.to_string()))?;
        let root = document.root_element();
        let form = root
            .children()
            .find(|node| node.has_tag_name("form"))
            .ok_or_else(|| BadDocument("no form".to_owned()))?;
        for _ in 0..MOST_DOCUMENTS {
            match self.form(root, form)? {
                Next::Again => {}
                next => return Ok(next),
            }
        }
        Ok(Next::Again)
    }

    fn form(&mut self, root: Node<'_, '_>, form: Node<'_, '_>) -> Result<Next, BadDocument> {
        self.variables.clear();
        self.sound = None;
        for item in form.children().filter(Node::is_element) {
            let done = match item.tag_name().name() {
                "block" => self.execute(item)?,
                "field" => self.field(item)?,
                "transfer" => self.transfer(item)?,
                "record" => self.record(item)?,
                other => return Err(BadDocument(format!("<{other}> in a form"))),
            };
            match done {
                None => {}
                Some(Instruction::Submit(submit)) => return Ok(Next::Submit(submit)),
                Some(Instruction::Goto) => return Ok(Next::Again),
                Some(Instruction::Exit) => return Ok(Next::Over(self.end(EndedBy::Platform))),
                Some(Instruction::Disconnect) => {
                    return self.hang_up(root, item, EndedBy::Platform, "hangup");
                }
                Some(Instruction::HungUp(event)) => {
                    return self.hang_up(root, item, EndedBy::Caller, event);
                }
            }
        }
        // A form that is done ends the session.
        Ok(Next::Over(self.end(EndedBy::Platform)))
    }

    /// The call is over; a handler may still tell of it (section 1.5.4, final processing).
    fn hang_up(
        &mut self,
        root: Node<'_, '_>,
        item: Node<'_, '_>,
        by: EndedBy,
        what: &str,
    ) -> Result<Next, BadDocument> {
        let by = self.end(by);
        let event = ["connection.disconnect.", what].concat();
        let catch = handler(item, "catch", &event).or_else(|| handler(root, "catch", &event));
        self.variables.insert("_event".to_owned(), event);
        if let Some(catch) = catch
            && let Some(Instruction::Submit(submit)) = self.execute(catch)?
        {
            // Nobody hears what comes back, or that nothing does.
            let _ = self.fetch(&submit);
        }
        Ok(Next::Over(by))
    }

    /// Asks for a document.
    fn fetch(&mut self, submit: &Submit) -> Result<String, BadDocument> {
        let mut fields = Map::new();
        for (name, value) in &submit.fields {
            fields.insert(name.clone(), value.clone().into());
        }
        let mut request = match (&submit.sound, submit.get) {
            (Some((name, seconds)), _) => multipart(&submit.url, &submit.fields, name, *seconds),
            (None, true) if fields.is_empty() => Request::get(&submit.url),
            (None, true) => Request::get(&format!("{}&{}", submit.url, query(&fields))),
            (None, false) => Request::form(&submit.url, &query(&fields)),
        };
        request.socket_timeout = Duration::from_secs(15);
        let began = self.destination.now();
        let reply = self.destination.deliver(&request);
        let took = self.destination.now().duration_since(began);
        let path = request.path().rsplit("/vxml/").next().unwrap_or_default();
        self.exchanges.push(Exchange {
            kind: path.split('/').next().unwrap_or_default().to_owned(),
            method: request.method,
            url: submit.url.clone(),
            sent: Value::Object(fields),
            status: reply.as_ref().ok().map(|response| response.status),
            unreachable: reply.as_ref().err().map(ToString::to_string),
            content_type: reply.as_ref().ok().and_then(|it| it.content_type.clone()),
            reply: reply.as_ref().map(|it| it.body.clone()).unwrap_or_default(),
            took: Duration::try_from(took).unwrap_or_default(),
            signed: false,
        });
        let Response {
            status,
            content_type,
            body,
            ..
        } = reply.map_err(|why| BadDocument(why.to_string()))?;
        if status != 200 {
            return Err(BadDocument(format!("HTTP {status}")));
        }
        if content_type.as_deref() != Some("application/voicexml+xml") {
            return Err(BadDocument(format!("content type {content_type:?}")));
        }
        let text = String::from_utf8(body).map_err(|error| BadDocument(error.to_string()))?;
        match Document::parse(&text) {
            Ok(_) => Ok(text),
            Err(error) => Err(BadDocument(error.to_string())),
        }
    }

    fn tell(&mut self, what: Happening) {
        self.news.push(Moment {
            at_ms: self.clock.elapsed_ms(),
            what,
        });
        while let Some(moment) = self.news.get(self.told) {
            self.caller.witness(moment);
            self.told += 1;
        }
    }

    fn demand(&mut self, demand: &Demand) -> Action {
        self.caller.next(demand)
    }

    fn finish_prompts(&mut self) {
        let seconds = std::mem::take(&mut self.interruptible_seconds);
        self.clock.pass(seconds);
    }
}

/// A form with a recording in it.
fn multipart(url: &str, fields: &[(String, String)], name: &str, seconds: f64) -> Request {
    let mut body = Vec::new();
    for (field, value) in fields {
        body.extend(
            format!(
                "{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
            )
            .bytes(),
        );
    }
    body.extend(
        format!(
            "{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"; filename=\"{name}.wav\"\r\n\
             Content-Type: audio/x-wav\r\n\r\n"
        )
        .bytes(),
    );
    // A second of a telephone's sound is 8,000 bytes; an hour of it is no test.
    let length = (seconds.clamp(0.0, 60.0) * 8000.0) as usize;
    body.extend(b"RIFF");
    body.resize(body.len() + length, 0x7f);
    body.extend(format!("\r\n{BOUNDARY}--\r\n").bytes());
    Request {
        content_type: Some(MULTIPART),
        ..Request::json(url, &body)
    }
}
