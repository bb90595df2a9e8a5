//! `ivr vonage`

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `ivr vonage`
#[derive(Debug, Args)]
pub struct Vonage {
    /// What to do.
    #[command(subcommand)]
    pub command: VonageCommand,
}

/// What to do on the Vonage side.
#[derive(Debug, Subcommand)]
pub enum VonageCommand {
    /// Set up an application, its numbers and the account: URLs, methods, time-outs, signatures.
    #[command(after_help = "\
Shows the difference and asks first, then sets it and reads it back. What it is not asked to set is \
left as it is. Exit code 1 of --dry-run says that something differs.

Examples:
  export VONAGE_API_KEY=… VONAGE_API_SECRET=…
  ivr vonage apply --application ID --url https://ivr.example.com
  ivr vonage apply --application ID --url https://ivr.example.com --numbers-in menus/numbers.json
  ivr vonage apply --application ID --url https://ivr.example.com --messages --account-sms --dry-run")]
    Apply(Apply),
}

/// Who we are at Vonage.
#[derive(Debug, Args)]
pub struct Credentials {
    /// The account's key.
    #[arg(long, env = "VONAGE_API_KEY", value_name = "KEY")]
    pub api_key: Option<String>,
    /// The account's secret.
    #[arg(
        long,
        env = "VONAGE_API_SECRET",
        hide_env_values = true,
        value_name = "SECRET"
    )]
    pub api_secret: Option<String>,
    /// Another server that speaks Vonage's APIs.
    #[arg(long, value_name = "URL", hide = true)]
    pub api: Option<String>,
}

/// `ivr vonage apply`
#[derive(Debug, Args)]
pub struct Apply {
    /// The application's id.
    #[arg(long, env = "VONAGE_APPLICATION_ID", value_name = "ID")]
    pub application: String,
    /// The Worker its webhooks go to.
    #[arg(long, env = "IVR_URL", value_name = "URL")]
    pub url: String,
    /// Another Worker for the fallback, so that it answers when the first cannot.
    #[arg(long, value_name = "URL")]
    pub fallback: Option<String>,
    /// Name this menu in the answer URL; calls get it whatever number was called.
    #[arg(long, value_name = "ID")]
    pub menu: Option<String>,
    /// Events of the Client SDKs too (RTC capability).
    #[arg(long)]
    pub rtc: bool,
    /// Messages too: inbound and status webhooks of the Messages capability.
    #[arg(long)]
    pub messages: bool,
    /// Verifications too: the status webhook of the Verify capability.
    #[arg(long)]
    pub verify: bool,
    /// Link this number to the application; several with commas.
    #[arg(long = "number", value_name = "NUMBER", value_delimiter = ',')]
    pub numbers: Vec<String>,
    /// Link every number that this `numbers.json` names.
    #[arg(long, value_name = "FILE")]
    pub numbers_in: Option<PathBuf>,
    /// These numbers' own SMS URL too.
    #[arg(long)]
    pub number_sms: bool,
    /// These numbers' own status URL too (`voiceStatusCallback`).
    #[arg(long)]
    pub number_status: bool,
    /// The account's URLs for SMS and receipts too: they serve numbers without one of their own.
    #[arg(long)]
    pub account_sms: bool,
    /// Who we are.
    #[command(flatten)]
    pub account: Credentials,
    /// Do not ask.
    #[arg(long)]
    pub yes: bool,
    /// Show the difference and do nothing.
    #[arg(long, conflicts_with = "yes")]
    pub dry_run: bool,
}
