//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

mod connection;
mod dial;
mod vonage;

pub use connection::{Signing, Worker};
pub use dial::{Dial, Faults, Transport};
pub use vonage::{Apply, Credentials, Vonage, VonageCommand};

const EXIT_CODES: &str = "\
Exit codes:
  0  fine
  1  findings: errors in a menu, a failed call script, a refused publish
  2  usage: a missing file, an unknown option, something that is no menu
  3  a Worker or Vonage cannot be reached, or does not let you in

Environment:
  IVR_URL      the Worker, for `publish`, `dial` and the others that need one
  IVR_TOKEN    its ADMIN_TOKEN
  IVR_SECRET   its VONAGE_SIGNATURE_SECRET, to sign calls
  NO_COLOR     never colour the output";

/// Write, check, test and publish phone menus; call them as Vonage does.
#[derive(Debug, Parser)]
#[command(
    name = "ivr",
    version,
    after_help = EXIT_CODES,
    max_term_width = 100,
    arg_required_else_help = true
)]
pub struct Arguments {
    /// Print JSON for programs instead of text for people.
    #[arg(long, global = true)]
    pub json: bool,
    /// Explain a finding's code: `ivr --explain trap`.
    #[arg(long, value_name = "CODE")]
    pub explain: Option<String>,
    /// What to do.
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Start a folder with a menu, a calendar, numbers and call scripts.
    #[command(after_help = "\
The JSON Schemas lie beside them, so that an editor completes and explains what one types.

Examples:
  ivr new phone && cd phone && ivr check && ivr test && ivr dial --menu main.json
  ivr new phone --from clinic")]
    New(New),
    /// Print the JSON Schema of a kind of document, for editors.
    #[command(after_help = "\
Examples:
  ivr schema > menu.schema.json           menus, calendars, lists and numbers
  ivr schema test > test.schema.json      call scripts
  ivr schema calendar                     calendars alone")]
    Schema(Schema),
    /// Find what is wrong with menus, calendars, lists, numbers and call scripts.
    #[command(after_help = "\
A folder stands for every document in it. Documents beside a file are taken into account: a menu \
may name another menu, a calendar or a list of its folder.

Examples:
  ivr check                         everything in this folder
  ivr check menus/acme.json
  ivr check menus --json
  ivr check --explain trap")]
    Check(Check),
    /// Play call scripts (`acme.test.json`) against their menus, here or on a Worker.
    #[command(after_help = "\
A folder stands for every call script in it; a menu for its own.

Examples:
  ivr test                          every call script in this folder
  ivr test menus/acme.test.json --case busy
  ivr test menus --coverage
  ivr test menus --url http://127.0.0.1:8787    the same calls, to a Worker (IVR_SECRET signs them)")]
    Test(Test),
    /// Call a menu from this terminal, from a file or on a Worker, as Vonage calls it.
    #[command(after_help = "\
At the prompt: digits, * and # press keys; words are spoken; Enter stays silent; `hang up` or \
Ctrl-D hangs up. When somebody is dialled: answer [seconds], machine, busy, no answer, \
unanswered, reject, fail; the words of call scripts mean the same. Case does not matter.

Examples:
  ivr dial --menu menus/acme.json
  ivr dial --url http://127.0.0.1:8787 --to 442079460000
  ivr dial --menu menus/acme.json --keys 2,1
  ivr dial --url http://127.0.0.1:8787 --script menus/acme.test.json
  ivr dial --url http://127.0.0.1:8787 --keys 2 --calls 500 --concurrency 8
  ivr dial --url http://127.0.0.1:8787 --keys 2 --duplicate 20 --reorder 20")]
    Dial(Dial),
    /// Draw a menu.
    #[command(
        after_help = "Examples:\n  ivr graph menus/acme.json\n  ivr graph menus/acme.json --format dot | dot -Tsvg > acme.svg"
    )]
    Graph(Graph),
    /// Say what changes from one document to another, or from one folder to another.
    #[command(after_help = "\
Exit code 1 when something changes, 0 when nothing does. Notes, and other ways to write the same, \
are no change.

Examples:
  ivr diff old/acme.json menus/acme.json
  ivr diff old/office.calendar.json menus/office.calendar.json
  ivr diff old menus                             every document of two folders
  ivr diff acme menus/acme.json --url https://ivr.example.com    the menu in force, and this file")]
    Diff(Diff),
    /// Put menus, calendars, lists and numbers in force on a Worker.
    #[command(after_help = "\
Everything is checked here first, and again by the Worker. Calendars and lists go first, then \
menus, then numbers, so that a document is there before another names it. What is in force \
already is left alone. A menu that somebody else published meanwhile is not overwritten: \
--force does.

Examples:
  ivr publish menus --url https://ivr.example.com --message \"Longer hours\"
  ivr publish menus/acme.json --dry-run")]
    Publish(Publish),
    /// Write what is in force on a Worker into files.
    #[command(
        after_help = "Examples:\n  ivr pull --into menus\n  ivr pull acme --version 3f2a --into old"
    )]
    Pull(Pull),
    /// List the versions of a menu, or of another document.
    #[command(after_help = "Examples:\n  ivr versions acme\n  ivr versions calendars/office")]
    Versions(Versions),
    /// Put an earlier version of a menu, or of another document, in force again.
    #[command(
        after_help = "Examples:\n  ivr rollback acme                 the version before this one\n  ivr rollback acme --to 3f2a\n  ivr rollback calendars/office"
    )]
    Rollback(Rollback),
    /// Send dead or archived events through the sinks again.
    #[command(
        after_help = "Examples:\n  ivr replay --dead\n  ivr replay --from 2026-11-20T00:00:00Z --to 2026-11-21T00:00:00Z"
    )]
    Replay(Replay),
    /// Erase a caller: calls, events, archive and recordings of a number.
    #[command(after_help = "\
Asks first, and says what was erased. What is erased cannot be brought back.

Example:
  ivr erase +447700900123")]
    Erase(Erase),
    /// Set up the Vonage side.
    Vonage(Vonage),
    /// Find what is wrong between Vonage, the Worker and these files.
    #[command(after_help = "\
Asks the Worker how it is, calls it once as Vonage does and once with a forged signature, compares \
what is in force with the files, and Vonage's settings with what they should be. It changes \
nothing; the test call leaves a call record, from `ivr doctor`. What it has no key for is left out \
and named. Exit code 1 when there is an error.

Examples:
  ivr doctor --url http://127.0.0.1:8787          a Worker of `make dev`, signed by its .dev.vars
  ivr doctor menus --url https://ivr.example.com  IVR_TOKEN, IVR_SECRET and VONAGE_… say who we are")]
    Doctor(Doctor),
    /// Print a signed webhook as a `curl` command, ready to paste.
    #[command(after_help = "\
The token is good for five minutes.

Examples:
  ivr sign --url http://127.0.0.1:8787
  ivr sign --url http://127.0.0.1:8787 --path /webhooks/event --body '{\"status\":\"ringing\"}'")]
    Sign(Sign),
    /// Serve an editor: findings as one types, completion, go to a node, rename it.
    #[command(after_help = "\
Editors start it and speak the Language Server Protocol over its standard input and output.

Example, for Neovim:
  vim.lsp.start({ name = 'ivr', cmd = { 'ivr', 'lsp' }, root_dir = vim.fn.getcwd() })")]
    Lsp,
    /// Write a manual page for each command into a folder.
    #[command(hide = true)]
    Man {
        /// The folder.
        folder: PathBuf,
    },
    /// Print completions for a shell.
    #[command(
        after_help = "Example:\n  ivr completions bash > ~/.local/share/bash-completion/completions/ivr"
    )]
    Completions {
        /// Which shell.
        shell: clap_complete::Shell,
    },
}

/// `ivr new`
#[derive(Debug, Args)]
pub struct New {
    /// The folder to make.
    pub folder: PathBuf,
    /// What to start from.
    #[arg(long, value_enum, value_name = "STARTER", default_value_t = Starter::Company)]
    pub from: Starter,
}

/// What to start from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Starter {
    /// Opening hours, three choices, voicemail.
    Company,
    /// Reception, prescriptions, a nurse on call at night.
    Clinic,
    /// Known guests, speech, a restaurant with hours of its own.
    Hotel,
    /// Where an order is, by a look-up; returns; whoever is free.
    Shop,
}

/// `ivr schema`
#[derive(Debug, Args)]
pub struct Schema {
    /// Of which documents.
    #[arg(value_enum, default_value_t = SchemaKind::Documents)]
    pub kind: SchemaKind,
}

/// A kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum SchemaKind {
    /// Menus, calendars, lists and numbers: whichever it is.
    Documents,
    /// Menus.
    Menu,
    /// Calendars.
    Calendar,
    /// Lists.
    List,
    /// Numbers.
    Numbers,
    /// Call scripts.
    Test,
}

/// `ivr check`
#[derive(Debug, Args)]
pub struct Check {
    /// Files and folders; this folder when none is named.
    pub files: Vec<PathBuf>,
    /// Explain a finding's code instead.
    #[arg(long, value_name = "CODE")]
    pub explain: Option<String>,
    /// Treat warnings as errors.
    #[arg(long)]
    pub strict: bool,
}

/// `ivr test`
#[derive(Debug, Args)]
pub struct Test {
    /// Call scripts, menus and folders; this folder when none is named.
    pub files: Vec<PathBuf>,
    /// Only cases whose name contains this.
    #[arg(long, value_name = "WORDS")]
    pub case: Option<String>,
    /// List every exit no script took, and fail if there is one.
    #[arg(long)]
    pub coverage: bool,
    /// Print the transcript of every call, not only of failed ones.
    #[arg(long)]
    pub transcripts: bool,
    /// Call this Worker instead of running the menus here.
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,
    /// What signs.
    #[command(flatten)]
    pub signing: Signing,
}

/// `ivr graph`
#[derive(Debug, Args)]
pub struct Graph {
    /// A menu.
    pub file: PathBuf,
    /// The language of the drawing.
    #[arg(long, value_enum, default_value_t = Drawing::Mermaid)]
    pub format: Drawing,
}

/// The language of a drawing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Drawing {
    /// Mermaid, which many sites show in Markdown.
    Mermaid,
    /// Graphviz.
    Dot,
}

/// `ivr diff`
#[derive(Debug, Args)]
pub struct Diff {
    /// A file or a folder, or with --url the id of a menu in force.
    pub before: String,
    /// What to compare it with.
    pub after: String,
    /// The Worker that ids are looked up on.
    #[command(flatten)]
    pub worker: Worker,
}

/// `ivr publish`
#[derive(Debug, Args)]
pub struct Publish {
    /// Files and folders; this folder when none is named.
    pub files: Vec<PathBuf>,
    /// What changed, for those who look at the versions later.
    #[arg(long, short, value_name = "WORDS")]
    pub message: Option<String>,
    /// Overwrite what somebody else published meanwhile.
    #[arg(long)]
    pub force: bool,
    /// Say what would be done, and do nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Where to.
    #[command(flatten)]
    pub worker: Worker,
}

/// `ivr pull`
#[derive(Debug, Args)]
pub struct Pull {
    /// The ids of menus; everything when none is named.
    pub menus: Vec<String>,
    /// The folder to write into.
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    pub into: PathBuf,
    /// This version instead of the one in force (its first characters are enough).
    #[arg(long, value_name = "VERSION")]
    pub version: Option<String>,
    /// Overwrite files that differ.
    #[arg(long)]
    pub force: bool,
    /// Where from.
    #[command(flatten)]
    pub worker: Worker,
}

/// `ivr versions`
#[derive(Debug, Args)]
pub struct Versions {
    /// A menu's id, or another document, like `calendars/office`.
    pub document: String,
    /// Of which Worker.
    #[command(flatten)]
    pub worker: Worker,
}

/// `ivr rollback`
#[derive(Debug, Args)]
pub struct Rollback {
    /// A menu's id, or another document, like `calendars/office`.
    pub document: String,
    /// The version to put in force (its first characters are enough); the one before this when
    /// left out.
    #[arg(long, value_name = "VERSION")]
    pub to: Option<String>,
    /// Why.
    #[arg(long, short, value_name = "WORDS")]
    pub message: Option<String>,
    /// On which Worker.
    #[command(flatten)]
    pub worker: Worker,
}

/// `ivr replay`
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true).multiple(true).args(["dead", "from"]))]
pub struct Replay {
    /// What the sinks refused until the last retry.
    #[arg(long, conflicts_with_all = ["from", "to"])]
    pub dead: bool,
    /// Archived events from this time on (RFC 3339).
    #[arg(long, value_name = "TIME", requires = "to")]
    pub from: Option<jiff::Timestamp>,
    /// Up to this time.
    #[arg(long, value_name = "TIME", requires = "from")]
    pub to: Option<jiff::Timestamp>,
    /// On which Worker.
    #[command(flatten)]
    pub worker: Worker,
}

/// `ivr erase`
#[derive(Debug, Args)]
pub struct Erase {
    /// The number, with its country code.
    pub number: String,
    /// Also search all that is kept for the number, where somebody keyed it in or a header had
    /// it. Takes long.
    #[arg(long)]
    pub everywhere: bool,
    /// Do not ask.
    #[arg(long)]
    pub yes: bool,
    /// On which Worker.
    #[command(flatten)]
    pub worker: Worker,
}

/// `ivr doctor`
#[derive(Debug, Args)]
pub struct Doctor {
    /// The folder of the menus; this folder when left out.
    pub folder: Option<PathBuf>,
    /// The Worker.
    #[command(flatten)]
    pub worker: Worker,
    /// The Worker of the fallback, when it is another.
    #[arg(long, value_name = "URL")]
    pub fallback: Option<String>,
    /// What signs.
    #[command(flatten)]
    pub signing: Signing,
    /// Take the secret from this file of `NAME=value` lines (VONAGE_SIGNATURE_SECRET); for a Worker
    /// on this machine, `.dev.vars` when left out.
    #[arg(long, value_name = "FILE")]
    pub vars: Option<PathBuf>,
    /// The application's id at Vonage.
    #[arg(long, env = "VONAGE_APPLICATION_ID", value_name = "ID")]
    pub application: Option<String>,
    /// Who we are at Vonage.
    #[command(flatten)]
    pub account: Credentials,
}

/// `ivr sign`
#[derive(Debug, Args)]
pub struct Sign {
    /// The Worker.
    #[arg(
        long,
        env = "IVR_URL",
        value_name = "URL",
        default_value = "http://127.0.0.1:8787"
    )]
    pub url: String,
    /// The route.
    #[arg(long, value_name = "PATH", default_value = "/webhooks/answer")]
    pub path: String,
    /// The body; an answer webhook when left out.
    #[arg(long, value_name = "JSON")]
    pub body: Option<String>,
    /// What signs.
    #[command(flatten)]
    pub signing: Signing,
    /// Take the secret from this file of `NAME=value` lines (VONAGE_SIGNATURE_SECRET).
    #[arg(long, value_name = "FILE", default_value = ".dev.vars")]
    pub vars: PathBuf,
    /// The account named in the token.
    #[arg(long, value_name = "KEY", default_value = "a1b2c3d4")]
    pub api_key: String,
    /// The application named in the token.
    #[arg(long, value_name = "ID")]
    pub application: Option<String>,
}
