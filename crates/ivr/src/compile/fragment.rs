//! Parts of NCCOs, rendered ahead, with holes for what only a call knows.

use ncco::Action;

use crate::template::{Part, Place, Template};

/// Which of our URLs stands in a hole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// `/webhooks/input`
    Input,
    /// `/webhooks/connect`
    Connect,
    /// `/webhooks/whisper`
    Whisper,
    /// `/webhooks/recording`
    Recording,
    /// `/webhooks/transcription`
    Transcription,
    /// `/webhooks/conversation`
    Conversation,
    /// `/webhooks/notify`
    Notify,
}

impl Route {
    const ALL: [Route; 7] = [
        Route::Input,
        Route::Connect,
        Route::Whisper,
        Route::Recording,
        Route::Transcription,
        Route::Conversation,
        Route::Notify,
    ];

    /// The path of the URL.
    pub const fn path(self) -> &'static str {
        match self {
            Route::Input => "/webhooks/input",
            Route::Connect => "/webhooks/connect",
            Route::Whisper => "/webhooks/whisper",
            Route::Recording => "/webhooks/recording",
            Route::Transcription => "/webhooks/transcription",
            Route::Conversation => "/webhooks/conversation",
            Route::Notify => "/webhooks/notify",
        }
    }

    /// Stands for the URL until a call is known.
    pub fn hole(self) -> String {
        [URL, self.path()].concat()
    }
}

/// Begins a URL that is filled in later.
const URL: &str = "https://edge-ivr.invalid";
/// Stands for a telephone number that is filled in later.
pub const NUMBER: &str = "100000000000001";
/// Stands for the caller id that is filled in later.
pub const FROM: &str = "100000000000002";
/// Stands for a text that is filled in later: a character for private use.
pub const TEXT: &str = "\u{e0f1}";
const FROM_MEMBER: &str = "\"from\":\"100000000000002\",";

/// A piece of a fragment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// JSON as it stands.
    Json(Box<str>),
    /// One of our URLs.
    Url(Route),
    /// The member `from`, if there is a number to show.
    From,
    /// A text, within a JSON string.
    Text(Template, Place),
}

/// One action, or several with commas between them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fragment(pub Box<[Piece]>);

impl Fragment {
    /// Renders an action; the text hole in it is filled from the template.
    pub fn of(action: &Action, text: Option<(Template, Place)>) -> Self {
        let mut pieces = Vec::new();
        let json = action.to_json();
        let mut rest = json.as_str();
        while let Some((at, length, piece)) = next_hole(rest, text.as_ref()) {
            push(&mut pieces, rest.get(..at).unwrap_or_default());
            pieces.push(piece);
            rest = rest.get(at + length..).unwrap_or_default();
        }
        push(&mut pieces, rest);
        Self(pieces.into())
    }

    /// Fragments one after the other.
    pub fn join(fragments: impl IntoIterator<Item = Fragment>) -> Self {
        let mut pieces: Vec<Piece> = Vec::new();
        for fragment in fragments {
            if !pieces.is_empty() {
                push(&mut pieces, ",");
            }
            for piece in fragment.0 {
                match piece {
                    Piece::Json(json) => push(&mut pieces, &json),
                    other => pieces.push(other),
                }
            }
        }
        Self(pieces.into())
    }

    /// Whether there is no action in it.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Appends JSON, to the last piece if that is JSON too.
fn push(pieces: &mut Vec<Piece>, json: &str) {
    if json.is_empty() {
        return;
    }
    if let Some(Piece::Json(last)) = pieces.last_mut() {
        *last = [&**last, json].concat().into();
    } else {
        pieces.push(Piece::Json(json.into()));
    }
}

/// The first hole: where it begins, how long it is, what it takes.
fn next_hole(json: &str, text: Option<&(Template, Place)>) -> Option<(usize, usize, Piece)> {
    let url = json.find(URL).and_then(|at| {
        let rest = json.get(at + URL.len()..)?;
        let route = Route::ALL.into_iter().find(|route| {
            rest.strip_prefix(route.path())
                .is_some_and(|rest| rest.starts_with('"'))
        })?;
        Some((at, URL.len() + route.path().len(), Piece::Url(route)))
    });
    let from = json
        .find(FROM_MEMBER)
        .map(|at| (at, FROM_MEMBER.len(), Piece::From));
    let filled = text.and_then(|(template, place)| {
        let hole = if *place == Place::Number {
            NUMBER
        } else {
            TEXT
        };
        json.find(hole)
            .map(|at| (at, hole.len(), Piece::Text(template.clone(), *place)))
    });
    [url, from, filled]
        .into_iter()
        .flatten()
        .min_by_key(|(at, ..)| *at)
}

/// Escapes the fixed parts of a template for the JSON string they stand in.
pub fn in_json(template: Template) -> Template {
    Template(
        template
            .0
            .into_iter()
            .map(|part| match part {
                Part::Text(text) => {
                    let mut escaped = String::with_capacity(text.len());
                    crate::source::escape(&text, &mut escaped);
                    Part::Text(escaped.into())
                }
                slot => slot,
            })
            .collect(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use ncco::{Connect, Phone, Talk};

    #[test]
    fn holes_are_found_in_the_order_they_stand_in() {
        let phone = Phone::new(NUMBER).whisper(Route::Whisper.hole());
        let connect = Connect::new(phone)
            .from(FROM)
            .synchronous(Route::Connect.hole());
        let number = Template::new("{{lookup.agent}}").unwrap();
        let fragment = Fragment::of(&connect.into(), Some((number.clone(), Place::Number)));
        let shape: Vec<&str> = fragment
            .0
            .iter()
            .map(|piece| match piece {
                Piece::Json(json) => json,
                Piece::Url(route) => route.path(),
                Piece::From => "from",
                Piece::Text(..) => "text",
            })
            .collect();
        assert_eq!(
            shape,
            [
                r#"{"action":"connect","endpoint":[{"type":"phone","number":""#,
                "text",
                r#"","onAnswer":{"url":""#,
                "/webhooks/whisper",
                r#""}}],"#,
                "from",
                r#""eventType":"synchronous","eventUrl":[""#,
                "/webhooks/connect",
                r#""]}"#,
            ]
        );
        let joined = Fragment::join([
            Fragment::of(&Talk::new("a").into(), None),
            Fragment::of(&Talk::new("b").into(), None),
        ]);
        assert_eq!(joined.0.len(), 1);
    }
}
