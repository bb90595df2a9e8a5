//! Opening hours of a day.

use super::parse::{CalendarError, Digits};

/// Opening hours from one time of day to another, in minutes after midnight.
///
/// Written `09:00-12:30`; `22:00-02:00` runs over midnight, `00:00-24:00` is all day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Band {
    pub(super) opens: u16,
    pub(super) closes: u16,
}

impl Band {
    /// A band from one time of day to another, both in minutes after midnight; one that
    /// closes before it opens runs over midnight. Nothing if they are the same, or no
    /// times of a day.
    #[must_use]
    pub fn new(opens: u16, closes: u16) -> Option<Self> {
        const MIDNIGHT: u16 = 24 * 60;
        if opens >= MIDNIGHT || closes > MIDNIGHT || opens == closes {
            return None;
        }
        let closes = if closes < opens {
            closes + MIDNIGHT
        } else {
            closes
        };
        Some(Self { opens, closes })
    }

    /// Minutes from the midnight its day begins with to its opening.
    #[must_use]
    pub fn opens(self) -> u16 {
        self.opens
    }

    /// Minutes from the midnight its day begins with to its closing: past 1,440 for a
    /// band that runs over midnight.
    #[must_use]
    pub fn closes(self) -> u16 {
        self.closes
    }
}

impl core::fmt::Display for Band {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let closes = if self.closes > 24 * 60 {
            self.closes - 24 * 60
        } else {
            self.closes
        };
        let time = |minutes: u16| (minutes / 60, minutes % 60);
        let ((open_hour, open_minute), (close_hour, close_minute)) =
            (time(self.opens), time(closes));
        write!(
            f,
            "{open_hour:02}:{open_minute:02}-{close_hour:02}:{close_minute:02}"
        )
    }
}

impl core::str::FromStr for Band {
    type Err = CalendarError;

    fn from_str(text: &str) -> Result<Self, CalendarError> {
        const SHAPE: CalendarError = CalendarError("two times of day, such as \"09:00-17:30\"");
        let (opens, closes) = text.split_once('-').ok_or(SHAPE)?;
        let minutes = |time: &str| -> Option<u16> {
            let mut time = Digits(time.trim().as_bytes());
            let (hour, minute) = (time.number(2)?, time.then(b':')?.number(2)?);
            (time.0.is_empty() && hour <= 24 && minute < 60 && hour * 60 + minute <= 24 * 60)
                .then_some(hour * 60 + minute)
        };
        let (opens, closes) = (minutes(opens).ok_or(SHAPE)?, minutes(closes).ok_or(SHAPE)?);
        if opens == closes {
            return Err(CalendarError(
                "two different times (all day is \"00:00-24:00\")",
            ));
        }
        Self::new(opens, closes).ok_or(CalendarError("an opening time before \"24:00\""))
    }
}
