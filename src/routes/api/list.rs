//! Reading a page of a list out of the database.

use std::collections::HashSet;

use conversations::body::Body;
use conversations::find::{self, Candidates, Cursor};
use events::{ConversationId, LegId};
use worker::Env;

use super::filter::Page;
use crate::bindings::calls;
use crate::bindings::promise::PlatformError;

/// What a page holds, and where the next one begins.
pub struct Found<T> {
    /// What is on it.
    pub items: Vec<T>,
    /// There is more: it begins here.
    pub cursor: Option<Cursor>,
}

impl<T> Found<T> {
    /// Where the next page begins, as replies say it.
    pub fn cursor(&self) -> Option<String> {
        self.cursor.map(|cursor| cursor.to_string())
    }
}

/// Reads one page: `matching` gives what of a row belongs on it, in order.
///
/// # Errors
/// What the database said.
pub async fn read<T>(
    env: &Env,
    page: &Page,
    mut matching: impl FnMut(&Body) -> Vec<T>,
) -> Result<Found<T>, PlatformError> {
    let mut candidates = candidates(env, page).await?;
    let mut items = Vec::new();
    let mut most = page.limit;
    loop {
        let rows = candidates.next_bodies(most);
        if rows.is_empty() {
            break;
        }
        let bodies = calls::bodies(env, &rows).await?;
        for row in rows {
            let Some(body) = bodies.get(&row) else {
                continue;
            };
            let given = if row == page.search.to { page.given } else { 0 };
            for (at, item) in matching(body).into_iter().enumerate().skip(given) {
                if items.len() >= page.limit {
                    let cursor = Some(Cursor { row, given: at });
                    return Ok(Found { items, cursor });
                }
                items.push(item);
            }
        }
        // Most of those looked at so far were none: look at many.
        most = find::BODIES;
    }
    Ok(Found {
        cursor: candidates.rest(),
        items,
    })
}

/// Every database is asked, also where the conversation is known: it may have begun before the one
/// it belongs in was added.
async fn candidates(env: &Env, page: &Page) -> Result<Candidates, PlatformError> {
    calls::search(env, 0..calls::count(env), &page.search).await
}

/// Every body a search leads to, as far as one request may read.
///
/// # Errors
/// What the database said.
pub async fn bodies(env: &Env, page: &Page) -> Result<Vec<Body>, PlatformError> {
    let mut candidates = candidates(env, page).await?;
    let rows = candidates.next_bodies(find::BODIES);
    Ok(calls::bodies(env, &rows).await?.into_values().collect())
}

/// The legs that have an event in a conversation.
///
/// # Errors
/// What the database said.
pub async fn legs(
    env: &Env,
    conversation: &ConversationId,
) -> Result<HashSet<LegId>, PlatformError> {
    let legs = calls::query_each(env, find::legs_of(conversation)).await?;
    Ok(legs.into_iter().flatten().map(LegId::from).collect())
}
