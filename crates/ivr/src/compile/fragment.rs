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
const NUMBER: &str = "100000000000001";
/// Stands for the caller id that is filled in later.
pub const FROM: &str = "100000000000002";
/// Begins what stands for a placeholder: a character for private use. Another one follows, which
/// says which placeholder.
const TEXT: char = '\u{e0f1}';
/// Follows for the first placeholder of an action.
const FIRST: u32 = 0xf_0000;
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

/// The texts of an action that are filled in later.
#[derive(Debug, Default)]
pub struct Holes(Vec<(Template, Place)>);

impl Holes {
    /// The text to put into the action: what is fixed as it stands, and what stands for each
    /// placeholder until a call is known.
    pub fn text(&mut self, template: &Template, place: Place) -> String {
        if place == Place::Number && template.as_text().is_none() {
            // Only the whole is a number.
            self.0.push((template.clone(), place));
            return NUMBER.to_owned();
        }
        let mut text = String::new();
        for part in &template.0 {
            match part {
                Part::Text(fixed) => text.push_str(fixed),
                Part::Slot { .. } => {
                    let number = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
                    let which = char::from_u32(FIRST.saturating_add(number));
                    text.extend([TEXT, which.unwrap_or(TEXT)]);
                    self.0.push((Template(vec![part.clone()]), place));
                }
            }
        }
        text
    }

    /// The first hole in a rendered action: where it begins, how long it is, what it takes.
    fn next(&self, json: &str) -> Option<(usize, usize, Piece)> {
        let piece = |(template, place): &(Template, Place)| Piece::Text(template.clone(), *place);
        let number = self.0.iter().find(|(_, place)| *place == Place::Number);
        let number = number.and_then(|hole| Some((json.find(NUMBER)?, NUMBER.len(), piece(hole))));
        let text = json.match_indices(TEXT).find_map(|(at, begin)| {
            let which = json.get(at + begin.len()..)?.chars().next()?;
            let index = u32::from(which).checked_sub(FIRST)?;
            let hole = self.0.get(usize::try_from(index).ok()?)?;
            Some((at, begin.len() + which.len_utf8(), piece(hole)))
        });
        [number, text]
            .into_iter()
            .flatten()
            .min_by_key(|(at, ..)| *at)
    }
}

/// One action, or several with commas between them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fragment(pub Box<[Piece]>);

impl Fragment {
    /// Renders an action.
    pub fn of(action: &Action, holes: &Holes) -> Self {
        let mut pieces = Vec::new();
        let json = action.to_json();
        let mut rest = json.as_str();
        while let Some((at, length, piece)) = next_hole(rest, holes) {
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
fn next_hole(json: &str, holes: &Holes) -> Option<(usize, usize, Piece)> {
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
    [url, from, holes.next(json)]
        .into_iter()
        .flatten()
        .min_by_key(|(at, ..)| *at)
}

#[cfg(test)]
mod tests {
    use super::*;
    use ncco::{Connect, Phone, Talk};

    #[test]
    fn holes_are_found_in_the_order_they_stand_in() {
        let number = Template::new("{{lookup.agent}}").unwrap();
        let mut holes = Holes::default();
        let phone = Phone::new(holes.text(&number, Place::Number)).whisper(Route::Whisper.hole());
        let connect = Connect::new(phone)
            .from(FROM)
            .synchronous(Route::Connect.hole());
        let fragment = Fragment::of(&connect.into(), &holes);
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
            Fragment::of(&Talk::new("a").into(), &Holes::default()),
            Fragment::of(&Talk::new("b").into(), &Holes::default()),
        ]);
        assert_eq!(joined.0.len(), 1);
    }

    #[test]
    fn an_action_has_as_many_holes_as_it_has_texts() {
        let caller = Template::new("sip:{{caller}}@example.com").unwrap();
        let header = Template::new("a \"{{called}}\"").unwrap();
        let fixed = Template::new("b").unwrap();
        let mut holes = Holes::default();
        let sip = ncco::Sip::new(holes.text(&caller, Place::Address))
            .header("one", holes.text(&header, Place::HeaderLine(9)))
            .header("two", holes.text(&fixed, Place::HeaderLine(9)));
        let fragment = Fragment::of(&Connect::new(sip).into(), &holes);
        let holes: Vec<&Place> = fragment
            .0
            .iter()
            .filter_map(|piece| match piece {
                Piece::Text(_, place) => Some(place),
                _ => None,
            })
            .collect();
        assert_eq!(holes, [&Place::Address, &Place::HeaderLine(9)]);
        let json: String = fragment
            .0
            .iter()
            .map(|piece| match piece {
                Piece::Json(json) => json.to_string(),
                Piece::Text(template, _) => template.with_each("1"),
                _ => String::new(),
            })
            .collect();
        assert_eq!(
            json,
            r#"{"action":"connect","endpoint":[{"type":"sip","uri":"sip:1@example.com","headers":{"one":"a \"1\"","two":"b"}}]}"#
        );
    }
}
