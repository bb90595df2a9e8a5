//! What a decision may need of the platform, and what came of it.
//!
//! Deciding waits for nothing. Where it does not know enough it says what it needs; that is fetched
//! here, all at once, and it is decided again.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use ivr::{LookupAnswer, LookupRequest};
use js_sys::Uint8Array;
use worker::{Context, Env};

use crate::bindings::deadline::Deadline;
use crate::bindings::menus::{Fetched, Menus, Wanted, WasRead};
use crate::bindings::{archive, limiter, lookup};
use crate::env::Config;
use crate::outcome::Count;

/// What a decision needs to know.
#[derive(Debug)]
pub enum Need {
    /// A document.
    Document(Wanted),
    /// The answer of another system.
    Lookup(LookupRequest),
    /// Whether a limit is exceeded: asked before another system is.
    Count(Count),
    /// That a recording which came with the request is kept.
    Recording(Recording),
}

/// A recording that came with a request.
#[derive(Debug)]
pub struct Recording {
    /// Where it is kept in the archive.
    pub key: String,
    /// Its type.
    pub content_type: String,
    /// The sound.
    pub bytes: Vec<u8>,
}

impl From<Wanted> for Need {
    fn from(wanted: Wanted) -> Self {
        Self::Document(wanted)
    }
}

/// All that is to be fetched before it can be decided again; never nothing.
#[derive(Debug)]
pub struct Needs(pub Vec<Need>);

impl From<Wanted> for Needs {
    fn from(wanted: Wanted) -> Self {
        Self(vec![wanted.into()])
    }
}

/// A decision, or what it needs.
pub type Decision<T> = Result<T, Needs>;

/// What is known beside the request and the memory of the isolate.
#[derive(Default)]
pub struct Facts {
    /// Whether whoever is counted was one too many; unknown until counted.
    pub exceeded: Option<bool>,
    /// Why nobody took the events.
    pub not_kept: Option<String>,
    /// Whether there is a queue.
    pub has_queue: bool,
    /// The documents.
    pub documents: WasRead,
    /// What other systems answered, by the request's key.
    pub lookups: BTreeMap<u32, LookupAnswer>,
    /// Whether the recording that came with the request is kept, or why not.
    pub recording: Option<Result<(), String>>,
}

enum Answer {
    Document(Fetched),
    Lookup(u32, LookupAnswer),
    Exceeded(bool),
    Recording(Result<(), String>),
}

impl Facts {
    /// Fetches what is needed, all at once, and adds it.
    pub async fn fetch(
        &mut self,
        needs: Needs,
        env: &Env,
        context: &Context,
        config: &Config,
        deadline: Deadline,
    ) {
        let menus = Menus::of(env, config.menu_cache_seconds, deadline);
        let menus = &menus;
        let answers = needs.0.into_iter().map(|need| async move {
            match need {
                Need::Document(wanted) => Answer::Document(menus.fetch(wanted, context).await),
                Need::Lookup(request) => {
                    let answer = lookup::ask(&request, &config.lookup_hosts, deadline).await;
                    Answer::Lookup(request.key, answer)
                }
                Need::Count(count) => {
                    Answer::Exceeded(limiter::is_exceeded(env, count.limit, &count.key).await)
                }
                Need::Recording(Recording {
                    key,
                    content_type,
                    bytes,
                }) => {
                    let value = Uint8Array::from(bytes.as_slice()).into();
                    let kept = archive::put_value(env, &key, value, &content_type).await;
                    Answer::Recording(kept.map_err(|refusal| refusal.message))
                }
            }
        });
        for answer in join_all(answers).await {
            match answer {
                Answer::Document(fetched) => self.documents.add(fetched),
                Answer::Lookup(key, answer) => drop(self.lookups.insert(key, answer)),
                Answer::Exceeded(exceeded) => self.exceeded = Some(exceeded),
                Answer::Recording(kept) => self.recording = Some(kept),
            }
        }
    }
}
