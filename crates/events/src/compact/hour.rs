//! What is done about the files of one hour, step after step.

use super::compaction::{Compaction, LARGEST, compacted_key, number_of};

/// What is to be done next. A new file is written before the old ones go: stopped in between, nothing
/// is lost, and what lies there twice goes the next time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Step {
    /// Read this object, and give it to [`Hour::read`].
    Read(String),
    /// Write this object. When somebody else has changed it, the hour is left to the next run.
    Write(NewFile),
    /// Remove these objects: what was in them is written.
    Remove(Vec<String>),
}

/// A file of an hour that is put together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    /// Its name.
    pub key: String,
    /// One event a line.
    pub text: String,
    /// The tag of the object it replaces; without one there must be no such object.
    pub etag: Option<String>,
}

/// The files of one hour on their way into few. A last file that is not half full is read and written
/// again with what came late.
pub struct Hour {
    folder: String,
    compaction: Compaction,
    done: std::vec::IntoIter<String>,
    small: std::vec::IntoIter<String>,
    /// The file that is read just now, and whether it is the last of those put together before.
    reading: Option<Reading>,
    /// The number of the file that is written next, and the tag of the one it replaces.
    number: usize,
    etag: Option<String>,
    /// The small files that were read since the last one was written, and whether what was in them
    /// is.
    made_of: Vec<String>,
    is_written: bool,
}

enum Reading {
    Done { number: usize, is_last: bool },
    Small,
}

impl Hour {
    pub(super) fn new(folder: &str, mut done: Vec<String>, small: Vec<String>) -> Self {
        done.sort_unstable();
        Self {
            folder: folder.to_owned(),
            compaction: Compaction::default(),
            done: done.into_iter(),
            small: small.into_iter(),
            reading: None,
            number: 0,
            etag: None,
            made_of: Vec::new(),
            is_written: false,
        }
    }

    /// What is to be done next; `None` when the hour is done.
    pub fn step(&mut self) -> Option<Step> {
        if !self.is_written && !self.compaction.is_full() {
            if let Some(key) = self.done.next() {
                self.reading = Some(Reading::Done {
                    number: number_of(&key).unwrap_or(0),
                    is_last: self.done.len() == 0,
                });
                return Some(Step::Read(key));
            }
            if let Some(key) = self.small.next() {
                self.reading = Some(Reading::Small);
                self.made_of.push(key.clone());
                return Some(Step::Read(key));
            }
        }
        if self.made_of.is_empty() {
            return None;
        }
        if !self.is_written
            && let Some(file) = self.finish()
        {
            self.is_written = true;
            return Some(Step::Write(file));
        }
        self.is_written = false;
        Some(Step::Remove(std::mem::take(&mut self.made_of)))
    }

    /// Takes what [`Step::Read`] asked for: the text of the object, and its tag. An object that is gone
    /// meanwhile is not given.
    pub fn read(&mut self, text: &str, etag: String) {
        match self.reading.take() {
            Some(Reading::Done { number, is_last }) if is_last && text.len() < LARGEST / 2 => {
                self.compaction.add(text);
                self.number = number;
                self.etag = Some(etag);
            }
            Some(Reading::Done { number, .. }) => {
                self.compaction.know(text);
                self.number = number + 1;
            }
            Some(Reading::Small) => self.compaction.add(text),
            None => {}
        }
    }

    /// The next file; `None` when all that was read is in others already.
    fn finish(&mut self) -> Option<NewFile> {
        let text = self.compaction.finish()?;
        let key = compacted_key(&self.folder, self.number);
        self.number += 1;
        let etag = self.etag.take();
        Some(NewFile { key, text, etag })
    }
}
