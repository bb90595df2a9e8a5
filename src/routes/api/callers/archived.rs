//! Removing a caller's events from the files of the archive.
//!
//! Compaction may be putting the same files together. It reads them, writes one of all, and removes
//! them: a line that it has read comes back after it was removed. So a folder is done when one pass
//! over it changed nothing and found every file, and no compaction was running when it ended.

use events::Event;
use events::compact::oldest_open_hour;
use events::erase::says_number;

use super::{Doomed, Eraser, OBJECTS, Place};
use crate::bindings::promise::PlatformError;
use crate::bindings::{archive, clock};
use crate::compaction;

impl Eraser<'_, '_> {
    /// Removes the events of conversations from the hours they came in; where to go on, when there
    /// are more files than one request reads.
    pub(super) async fn archived(
        &mut self,
        doomed: &Doomed,
        place: &Place,
    ) -> Result<Option<Place>, PlatformError> {
        let goes = |_: &str, event: Option<&Event>| event.is_some_and(|it| doomed.holds(it));
        let from = place.key.as_deref().unwrap_or_default();
        let on_at = |key: String, again: bool| {
            Some(Place {
                key: Some(key),
                again,
                ..place.clone()
            })
        };
        let mut left = OBJECTS;
        for folder in &doomed.folders {
            // The whole hour is behind: `/` and `~` enclose what a folder holds.
            let end = [folder, "~"].concat();
            if from > end.as_str() {
                continue;
            }
            if left == 0 {
                return Ok(on_at(folder.clone(), false));
            }
            let (mut after, mut again) = match from.starts_with(folder.as_str()) {
                true => (Some(from.to_owned()), place.again),
                false => (None, false),
            };
            loop {
                let page = archive::list(self.context.env, folder, after.as_deref(), left).await?;
                for key in &page.keys {
                    again |= self.rewrite(key, &goes).await?;
                }
                left = left.saturating_sub(u32::try_from(page.keys.len()).unwrap_or(left));
                if let Some(last) = page.next() {
                    if left == 0 {
                        return Ok(on_at(last, again));
                    }
                    after = Some(last);
                    continue;
                }
                let is_running = compaction::is_running(self.context.env, folder).await?;
                if is_running || (again && left == 0) {
                    return Ok(on_at(folder.clone(), false));
                }
                if !again {
                    break;
                }
                (after, again) = (None, false);
            }
        }
        Ok(None)
    }

    /// Removes every archived event that says the number, a part of the files a request.
    pub(super) async fn whole_archive(
        &mut self,
        place: &Place,
    ) -> Result<Option<Place>, PlatformError> {
        let env = self.context.env;
        let number = self.number;
        let goes = |line: &str, _: Option<&Event>| says_number(line, number);
        let page = archive::list(env, "events/", place.key.as_deref(), OBJECTS).await?;
        let mut again = place.again;
        for key in &page.keys {
            again |= self.rewrite(key, &goes).await?;
        }
        let next = match page.next() {
            Some(last) => Some(last),
            // Only these hours can have been put together meanwhile.
            None if again || compaction::is_running(env, "events/").await? => {
                again = false;
                Some(oldest_open_hour(clock::now()))
            }
            None => None,
        };
        Ok(next.map(|key| Place {
            key: Some(key),
            again,
            ..place.clone()
        }))
    }

    /// Removes lines of a file; whether it was changed, by this or by somebody else.
    async fn rewrite(
        &mut self,
        key: &str,
        goes: &impl Fn(&str, Option<&Event>) -> bool,
    ) -> Result<bool, PlatformError> {
        let env = self.context.env;
        // Compaction may write the same file: then it is read again.
        for _ in 0..5 {
            let Some(file) = archive::get_tagged(env, key).await? else {
                return Ok(true);
            };
            let (mut kept, mut gone) = (String::with_capacity(file.text.len()), 0);
            for line in file.text.lines() {
                let event = Event::from_json_without_raw(line).ok();
                if goes(line, event.as_ref()) {
                    gone += 1;
                } else {
                    kept.push_str(line);
                    kept.push('\n');
                }
            }
            if gone == 0 {
                return Ok(false);
            }
            let is_done = if kept.is_empty() {
                archive::delete(env, key).await?;
                true
            } else {
                let etag = Some(file.etag.as_str());
                archive::put_if(env, key, &kept, etag, "application/x-ndjson").await?
            };
            if is_done {
                self.removed.archived += gone;
                return Ok(true);
            }
        }
        Err(PlatformError::new(
            "ARCHIVE: another writer keeps changing the same file",
        ))
    }
}
