//! How things stand now.

use desk::outlook::Outlook;
use serde::Serialize;

/// How each place stands, and which menu each number gets.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Today {
    /// The Worker's clock.
    #[cfg_attr(feature = "openapi", schemars(with = "crate::openapi::Time"))]
    pub now: String,
    /// The places: one for each calendar.
    pub calendars: Vec<Place>,
    /// The numbers.
    pub numbers: Vec<TodayNumber>,
}

/// A place: what a calendar says, and who goes by it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct Place {
    /// The calendar's id.
    pub id: String,
    /// The version in force; null when the calendar is no JSON.
    #[cfg_attr(
        feature = "openapi",
        schemars(with = "Option<crate::openapi::Version>")
    )]
    pub version: Option<String>,
    /// The calendar's note.
    pub note: Option<String>,
    /// The menus that go by it.
    pub menus: Vec<String>,
    /// How it stands; null when the calendar cannot be read.
    pub outlook: Option<Outlook>,
}

/// What a number gets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "openapi", derive(schemars::JsonSchema))]
pub struct TodayNumber {
    /// Its E.164 digits, or `default`.
    pub number: String,
    /// The menu's id.
    pub menu: Option<String>,
    /// The menu's title.
    pub title: Option<String>,
}
