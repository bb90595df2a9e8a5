//! A call control object as a document.

use serde_json::Value;

use crate::action::Action;
use crate::grammar;
use crate::links::{Links, Transfer, with};
use crate::page::Page;
use crate::speech::Utterance;

/// The words for when something fails in the browser, or is asked of it that VoiceXML has no means
/// for.
#[derive(Debug, Clone, Copy)]
pub struct Apology<'a> {
    /// The words.
    pub text: &'a str,
    /// The language they are in.
    pub language: Option<&'a str>,
}

impl Apology<'_> {
    fn write(self, page: &mut Page) {
        page.element("prompt", &[("xml:lang", self.language)], |page| {
            page.text(self.text);
        });
    }
}

/// What a document ends with; those with a text have the address of the webhook.
enum FinalAction<'a> {
    Input(Action<'a>, &'a str),
    Connect(Action<'a>, &'a str),
    Record(Action<'a>, &'a str),
    /// The menu goes on by itself.
    GoOn(&'a str),
    /// VoiceXML has no means for it.
    Unsupported,
    End,
}

/// The document a browser plays for a call control object: a JSON array, as the engine writes it.
///
/// What VoiceXML has no means for: a `record` that goes on while the call does is left out, and so
/// are a whisper and the headers of a SIP address; an app, a websocket and an extension count as a
/// destination that failed; where a `conversation` or a `transfer` is to begin, the apology is
/// heard and the call ends.
#[must_use]
pub fn render(ncco: &Value, links: &Links<'_>, apology: Apology<'_>) -> String {
    let (said, last) = parts(ncco);
    let over = match last {
        FinalAction::Unsupported | FinalAction::End => with(&links.event(), "end", "menu"),
        _ => links.event(),
    };
    document(Some(&over), Some(apology), |page| {
        page.element("form", &[("id", Some("step"))], |page| {
            block(page, &said, &last, apology, links);
            match last {
                FinalAction::Input(input, url) => field(page, input, url, &said, links),
                FinalAction::Connect(connect, url) => transfer(page, connect, url, links),
                FinalAction::Record(record, url) => message(page, record, url, links),
                FinalAction::GoOn(_) | FinalAction::Unsupported | FinalAction::End => {}
            }
        });
    })
}

/// The document that ends a session without a word: nothing is left to do.
#[must_use]
pub fn exit() -> String {
    document(None, None, |page| {
        page.element("form", &[], |page| {
            page.element("block", &[], |page| page.empty("exit", &[]));
        });
    })
}

/// What is said, and what comes of it: the engine's objects listen, dial, record or wait once, at
/// their end.
fn parts(ncco: &Value) -> (Vec<Utterance<'_>>, FinalAction<'_>) {
    let mut said = Vec::new();
    for action in ncco.as_array().into_iter().flatten().map(Action) {
        let last = match (action.name(), action.text("eventUrl")) {
            ("talk" | "stream", _) => {
                said.push(Utterance::Prompt(action));
                continue;
            }
            ("wait", _) => {
                said.push(Utterance::Pause(action.number("timeout").unwrap_or(10.0)));
                continue;
            }
            ("input", Some(url)) => FinalAction::Input(action, url),
            ("connect", Some(url)) => FinalAction::Connect(action, url),
            ("record", Some(url)) if ends_by_itself(action) => FinalAction::Record(action, url),
            ("notify", Some(url)) => FinalAction::GoOn(url),
            ("connect" | "conversation" | "transfer", _) => FinalAction::Unsupported,
            // What records on is left out, and so is what the engine does not make.
            _ => continue,
        };
        return (said, last);
    }
    (said, FinalAction::End)
}

/// Whether a `record` holds the call until it is over.
fn ends_by_itself(record: Action<'_>) -> bool {
    record.number("endOnSilence").is_some()
        || record.number("timeOut").is_some()
        || record.text("endOnKey").is_some()
}

fn document(
    over: Option<&str>,
    apology: Option<Apology<'_>>,
    forms: impl FnOnce(&mut Page),
) -> String {
    let mut page = Page::new();
    let root = [
        ("version", Some("2.1")),
        ("xmlns", Some("http://www.w3.org/2001/vxml")),
        ("xml:lang", apology.and_then(|apology| apology.language)),
    ];
    page.element("vxml", &root, |page| {
        if let Some(over) = over {
            page.element(
                "catch",
                &[("event", Some("connection.disconnect"))],
                |page| {
                    submit(page, over, "post", Some("_event"), None);
                },
            );
        }
        if let Some(apology) = apology {
            // Not `<disconnect/>`: that would be told to us, and telling us is what may have failed.
            page.element("catch", &[("event", Some("error"))], |page| {
                apology.write(page);
                page.empty("exit", &[]);
            });
        }
        forms(page);
    });
    page.finish()
}

/// What is said before anything else happens, and what needs no item of its own.
fn block(
    page: &mut Page,
    said: &[Utterance<'_>],
    last: &FinalAction<'_>,
    apology: Apology<'_>,
    links: &Links<'_>,
) {
    let is_bare = matches!(
        last,
        FinalAction::Input(..) | FinalAction::Connect(..) | FinalAction::Record(..)
    );
    if said.is_empty() && is_bare {
        return;
    }
    page.element("block", &[], |page| {
        for one in said {
            one.write(page);
        }
        match last {
            FinalAction::GoOn(url) => {
                submit(page, &links.submit(url), "post", Some("_nothing"), None)
            }
            FinalAction::Unsupported => {
                apology.write(page);
                page.empty("disconnect", &[]);
            }
            FinalAction::End => page.empty("disconnect", &[]),
            FinalAction::Input(..) | FinalAction::Connect(..) | FinalAction::Record(..) => {}
        }
    });
}

fn field(page: &mut Page, input: Action<'_>, url: &str, said: &[Utterance<'_>], links: &Links<'_>) {
    let url = links.submit(url);
    let again = said.iter().any(|said| said.is_endless());
    page.element("field", &[("name", Some("answer"))], |page| {
        grammar::write(page, input);
        page.element("noinput", &[], |page| match again {
            // What is played for ever begins again.
            true => page.empty("goto", &[("next", Some("#step"))]),
            false => submit_event(page, &url, "noinput"),
        });
        page.element("nomatch", &[], |page| submit_event(page, &url, "nomatch"));
        page.element("filled", &[], |page| {
            variable(page, "said", "answer$.utterance");
            variable(page, "mode", "answer$.inputmode");
            variable(page, "confidence", "answer$.confidence");
            submit(
                page,
                &url,
                "post",
                Some("answer said mode confidence"),
                None,
            );
        });
    });
}

fn transfer(page: &mut Page, connect: Action<'_>, url: &str, links: &Links<'_>) {
    let url = links.submit(url);
    let Some(destination) = destination(connect.below("endpoint")) else {
        // The menu goes on as after a destination that cannot be reached.
        page.element("block", &[], |page| submit_event(page, &url, "failed"));
        return;
    };
    let url = with(&url, "dialled", &destination);
    let bridges = links.session.transfer == Transfer::Bridge;
    let seconds = |member: &str| connect.number(member).map(crate::seconds);
    let (ring, longest) = (seconds("timeout"), seconds("limit"));
    let attributes = [
        ("name", Some("talk")),
        ("dest", Some(&*destination)),
        ("type", Some(links.session.transfer.name())),
        ("connecttimeout", ring.as_deref().filter(|_| bridges)),
        ("maxtime", longest.as_deref().filter(|_| bridges)),
        (
            "transferaudio",
            connect.text("ringbackTone").filter(|_| bridges),
        ),
    ];
    page.element("transfer", &attributes, |page| {
        page.element("filled", &[], |page| {
            variable(page, "seconds", "talk$.duration");
            submit(page, &url, "post", Some("talk seconds"), None);
        });
        let over = with(&links.event(), "dialled", &destination);
        page.element(
            "catch",
            &[("event", Some("connection.disconnect"))],
            |page| {
                variable(
                    page,
                    "seconds",
                    "typeof talk$ == 'undefined' ? 0 : talk$.duration",
                );
                submit(page, &over, "post", Some("_event seconds"), None);
            },
        );
        page.element("catch", &[("event", Some("error"))], |page| {
            submit_event(page, &url, "failed");
        });
    });
}

/// Whom `<transfer>` can call, as its `dest`.
fn destination(endpoint: Action<'_>) -> Option<String> {
    match endpoint.text("type")? {
        "phone" => {
            let mut dest = ["tel:+", endpoint.text("number")?].concat();
            if let Some(keys) = endpoint.text("dtmfAnswer") {
                dest.push_str(";postd=");
                dest.push_str(&keys.replace('#', "%23"));
            }
            Some(dest)
        }
        "sip" => match endpoint.text("uri") {
            Some(uri) => Some(uri.to_owned()),
            None => Some(
                [
                    "sip:",
                    endpoint.text("user")?,
                    "@",
                    endpoint.text("domain")?,
                ]
                .concat(),
            ),
        },
        _ => None,
    }
}

fn message(page: &mut Page, record: Action<'_>, url: &str, links: &Links<'_>) {
    let url = links.submit(url);
    let longest = record.number("timeOut").map(crate::seconds);
    let silence = record.number("endOnSilence").map(crate::seconds);
    let attributes = [
        ("name", Some("message")),
        ("type", Some("audio/x-wav")),
        (
            "beep",
            Some(if record.is("beepStart") {
                "true"
            } else {
                "false"
            }),
        ),
        (
            "dtmfterm",
            Some(if record.text("endOnKey").is_some() {
                "true"
            } else {
                "false"
            }),
        ),
        ("maxtime", longest.as_deref()),
        ("finalsilence", silence.as_deref()),
    ];
    let keep = |page: &mut Page, names: &str| {
        submit(page, &url, "post", Some(names), Some("multipart/form-data"));
    };
    page.element("record", &attributes, |page| {
        page.element("noinput", &[], |page| submit_event(page, &url, "noinput"));
        page.element("filled", &[], |page| {
            variable(page, "milliseconds", "message$.duration");
            keep(page, "message milliseconds");
        });
        // Most callers end a message by hanging up.
        page.element(
            "catch",
            &[("event", Some("connection.disconnect"))],
            |page| {
                let length = "typeof message$ == 'undefined' ? 0 : message$.duration";
                variable(page, "milliseconds", length);
                keep(page, "message milliseconds _event");
            },
        );
    });
}

/// Tells what happened where there is no value to tell.
fn submit_event(page: &mut Page, url: &str, event: &str) {
    submit(page, &with(url, "event", event), "get", None, None);
}

fn variable(page: &mut Page, name: &str, expression: &str) {
    page.empty("var", &[("name", Some(name)), ("expr", Some(expression))]);
}

fn submit(page: &mut Page, url: &str, method: &str, names: Option<&str>, enctype: Option<&str>) {
    page.empty(
        "submit",
        &[
            ("next", Some(url)),
            ("method", Some(method)),
            ("namelist", names),
            ("enctype", enctype),
        ],
    );
}

/// The document that apologises and ends the call: for when nothing else can be had.
#[must_use]
pub fn apology(apology: Apology<'_>) -> String {
    document(None, Some(apology), |page| {
        page.element("form", &[], |page| {
            page.element("block", &[], |page| {
                apology.write(page);
                page.empty("disconnect", &[]);
            });
        });
    })
}
