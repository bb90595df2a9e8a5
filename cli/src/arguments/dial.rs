//! `ivr dial`

use std::path::PathBuf;

use clap::builder::RangedI64ValueParser;
use clap::{Args, ValueEnum};

use super::connection::Signing;

/// `ivr dial`
#[derive(Debug, Args)]
pub struct Dial {
    /// Call this Worker.
    #[arg(long, env = "IVR_URL", value_name = "URL", conflicts_with = "menu")]
    pub url: Option<String>,
    /// Call this menu, without a Worker.
    #[arg(long, value_name = "FILE")]
    pub menu: Option<PathBuf>,
    /// Play this call script instead of asking.
    #[arg(long, value_name = "FILE", conflicts_with = "keys")]
    pub script: Option<PathBuf>,
    /// Press these keys, one entry for each time the menu listens, then hang up; an empty entry
    /// stays silent.
    #[arg(long, value_name = "KEYS", value_delimiter = ',', value_parser = keys)]
    pub keys: Option<Vec<String>>,
    /// The caller's number.
    #[arg(long, value_name = "NUMBER", default_value = "447700900001")]
    pub from: String,
    /// The number called.
    #[arg(long, value_name = "NUMBER", default_value = "442079460000")]
    pub to: String,
    /// Ask for this menu whatever the number says (`/webhooks/answer/ID`).
    #[arg(long, value_name = "ID")]
    pub answer: Option<String>,
    /// When the call starts (RFC 3339); now when left out.
    #[arg(long, value_name = "TIME")]
    pub at: Option<jiff::Timestamp>,
    /// How webhooks are sent.
    #[arg(long, value_enum, default_value_t = Transport::Post)]
    pub method: Transport,
    /// What signs.
    #[command(flatten)]
    pub signing: Signing,
    /// The account named in the tokens.
    #[arg(long, value_name = "KEY", default_value = "a1b2c3d4")]
    pub api_key: String,
    /// The application named in the tokens.
    #[arg(long, value_name = "ID")]
    pub application: Option<String>,
    /// Place so many calls on a Worker and measure.
    #[arg(
        long,
        value_name = "N",
        conflicts_with_all = ["menu", "script"],
        value_parser = clap::value_parser!(u32).range(1..)
    )]
    pub calls: Option<u32>,
    /// So many at a time.
    #[arg(long, value_name = "M", default_value_t = 1, requires = "calls")]
    pub concurrency: u32,
    /// Print every request and reply.
    #[arg(long, short)]
    pub verbose: bool,
    /// Faults on purpose.
    #[command(flatten)]
    pub faults: Faults,
}

/// Keys of a telephone, or none.
fn keys(text: &str) -> Result<String, String> {
    if text.chars().all(|key| matches!(key, '0'..='9' | '*' | '#')) {
        Ok(text.to_owned())
    } else {
        Err("a telephone has the keys 0-9, * and #".to_owned())
    }
}

/// Faults on purpose, in percent of webhooks.
#[derive(Debug, Args)]
#[command(next_help_heading = "Faults on purpose, in percent of webhooks")]
pub struct Faults {
    /// Send twice.
    #[arg(long, value_name = "PERCENT", default_value_t = 0, value_parser = percent())]
    pub duplicate: u8,
    /// Send after the one that follows.
    #[arg(long, value_name = "PERCENT", default_value_t = 0, value_parser = percent())]
    pub reorder: u8,
    /// Send twenty seconds late.
    #[arg(long, value_name = "PERCENT", default_value_t = 0, value_parser = percent())]
    pub delay: u8,
    /// Never send.
    #[arg(long, value_name = "PERCENT", default_value_t = 0, value_parser = percent())]
    pub drop: u8,
    /// Send without a token first.
    #[arg(long, value_name = "PERCENT", default_value_t = 0, value_parser = percent())]
    pub unsigned: u8,
    /// What chance is drawn from: the same seed, the same faults.
    #[arg(long, value_name = "NUMBER", default_value_t = 1)]
    pub seed: u64,
}

fn percent() -> RangedI64ValueParser<u8> {
    clap::value_parser!(u8).range(0..=100)
}

/// How webhooks are sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Transport {
    /// POST with JSON.
    Post,
    /// GET with a query.
    Get,
    /// POST with a form.
    Form,
}
