//! Settings and secrets, read once an isolate.

mod reader;

use std::cell::OnceCell;
use std::rc::Rc;

use api::{NeededFor, Reason, Secret};
use ipnet::IpNet;
use ivr::Sealer;
use ivr::policy::{self, DialList, DialPolicy};
use vonage::jwt::Verifier;
use vonage::sms_signature;
use wasm_bindgen::JsValue;
use worker::Env;

pub use reader::Problem;
use reader::Reader;

use crate::addresses;
use crate::log;
use crate::operators::Operators;

/// How long events are kept when `RETENTION_DAYS` cannot be read: what is deleted is gone.
const KEEP_ALL_DAYS: u32 = 36_500;

/// How old a document in memory may get before a call waits for a new one, in seconds, unless
/// `MENU_CACHE_SECONDS` says otherwise. From half of it on it is read again behind the scenes.
pub const MENU_CACHE_SECONDS: u32 = 60;

/// Everything `wrangler.toml`, `wrangler secret` and `.dev.vars` may say.
///
/// A value that is absent is `None`, one that cannot be used is among the problems. The fields
/// have the names of the variables.
pub struct Config {
    /// Checks the tokens of webhooks. Made of `VONAGE_SIGNATURE_SECRET` (without it every
    /// webhook is refused), `VONAGE_SIGNATURE_SECRET_PREVIOUS` (still accepted while the secret
    /// is rotated), `VONAGE_API_KEY` and `VONAGE_APPLICATION_ID` (when set, tokens must name them).
    pub verifier: Verifier,
    /// Checks the `sig` parameter of the SMS API, which sends no token. Of the same secrets.
    pub sms_verifier: sms_signature::Verifier,
    /// `VONAGE_APPLICATION_ID`.
    pub application_id: Option<String>,
    /// `VONAGE_PRIVATE_KEY`: signs the requests we send to Vonage.
    pub private_key: Option<String>,
    /// Seals the state of a call in URLs. Made of `STATE_KEY` (without it there is none, and no
    /// call is answered) and `STATE_KEY_PREVIOUS` (still opens state while the key is rotated).
    pub sealer: Option<Sealer>,
    /// `VXML_TOKEN` and `VXML_TOKEN_PREVIOUS`: what lets VoiceXML browsers in. Without the first
    /// their routes do not exist.
    pub vxml_tokens: Vec<String>,
    /// `ADMIN_TOKEN`: bearer token of operators.
    pub admin_token: Option<String>,
    /// `ACCESS_TEAM` and `ACCESS_AUD`: the Cloudflare Access team whose tokens operators may use
    /// instead, and the audience those must name.
    pub access: Option<(String, String)>,
    /// `OPERATORS`: what those may do whom Cloudflare Access lets in; all of it when unset.
    pub operators: Option<Operators>,
    /// `SIGNIN_CODE`: signs in once in place of the token, for development on this machine.
    pub signin_code: Option<String>,
    /// `PUBLIC_URL`: base of the URLs in NCCOs, without a slash at its end.
    pub public_url: Option<String>,
    /// `ALLOWED_IPS`: the only addresses webhooks may come from.
    pub allowed_ips: Option<Vec<IpNet>>,
    /// `LOOKUP_HOSTS`: the only hosts a `lookup` may call.
    pub lookup_hosts: Vec<String>,
    /// `DIAL_ALLOW` and `SIP_ALLOW`: what a `connect` may call.
    pub dial: DialPolicy,
    /// `LANGUAGE`: what callers hear when no menu says, a BCP 47 tag; English when unset.
    pub language: Option<String>,
    /// `FALLBACK_RECORD`: the fallback takes a message. A URL, where Vonage sends word of it;
    /// anything else: it sends word to the application's event URL.
    pub fallback_record: Option<String>,
    /// `SINK_URL`: where events are forwarded to.
    pub sink_url: Option<String>,
    /// `SINK_SECRET`: what signs them, `whsec_…`.
    pub sink_secret: Option<String>,
    /// `RETENTION_DAYS`: how long events and call records are kept.
    pub retention_days: Option<u32>,
    /// `MENU_CACHE_SECONDS`: how old a menu in memory may get before a call waits for a new one.
    pub menu_cache_seconds: Option<u32>,
    /// Which secrets are set and can be used.
    secrets: Vec<Secret>,
    /// What of all this was set and cannot be used.
    pub problems: Vec<Problem>,
}

impl Config {
    /// Reads the settings out of the platform's environment.
    #[must_use]
    pub fn read(env: &Env) -> Self {
        Self::from_raw(&|name| raw(env, name))
    }

    /// Reads the settings, whoever has them: `raw` gives the text of one by its name.
    #[must_use]
    pub fn from_raw(raw: &dyn Fn(&str) -> Option<String>) -> Self {
        let settings = Reader::new(raw);
        let secret = settings.secret(Secret::VonageSignature).unwrap_or_default();
        let previous = settings.secret(Secret::VonageSignaturePrevious);
        let application_id = settings.text("VONAGE_APPLICATION_ID");
        let state_key_previous = settings.secret(Secret::StateKeyPrevious);
        let access = access(&settings);
        let config = Self {
            verifier: Verifier::new(&secret, previous.as_deref())
                .api_key(&settings.text("VONAGE_API_KEY").unwrap_or_default())
                .application(application_id.as_deref().unwrap_or_default()),
            sms_verifier: sms_signature::Verifier::new(&secret)
                .previous(previous.as_deref().unwrap_or_default()),
            application_id,
            private_key: settings.secret(Secret::VonagePrivateKey),
            sealer: settings
                .secret(Secret::StateKey)
                .map(|key| Sealer::new(&key, state_key_previous.as_deref())),
            vxml_tokens: vxml_tokens(&settings),
            admin_token: settings.secret(Secret::AdminToken),
            access,
            operators: operators(&settings),
            signin_code: settings.text("SIGNIN_CODE"),
            public_url: public_url(&settings),
            allowed_ips: allowed_ips(&settings),
            lookup_hosts: settings.list(
                "LOOKUP_HOSTS",
                Reason::SettingMalformed,
                "host name",
                policy::is_host,
            ),
            dial: dial(&settings),
            language: settings.text("LANGUAGE"),
            fallback_record: settings.text("FALLBACK_RECORD"),
            sink_url: sink_url(&settings),
            sink_secret: settings.secret(Secret::SinkSecret),
            retention_days: settings.number("RETENTION_DAYS", KEEP_ALL_DAYS, "nothing is deleted"),
            menu_cache_seconds: settings.number(
                "MENU_CACHE_SECONDS",
                MENU_CACHE_SECONDS,
                "a menu in memory gets as old as when it is not set",
            ),
            secrets: Vec::new(),
            problems: Vec::new(),
        };
        let (secrets, problems) = settings.into_parts();
        Self {
            secrets,
            problems,
            ..config
        }
    }

    /// Tells in the log what of the settings cannot be used.
    fn tell_problems(&self) {
        for problem in &self.problems {
            let entries = problem.entries.join(" ");
            let parts = [problem.setting, &problem.what, &entries];
            log::alert(problem.reason, parts.join(" ").trim_end());
        }
    }

    /// Whether a secret is set, and good enough to count.
    #[must_use]
    pub fn has_secret(&self, secret: Secret) -> bool {
        self.secrets.contains(&secret)
    }

    /// Whether a secret is needed, by what the settings have the Worker do.
    #[must_use]
    pub fn needs_secret(&self, secret: Secret) -> bool {
        match secret.needed_for() {
            NeededFor::Calls => true,
            NeededFor::Operators => self.access.is_none(),
            NeededFor::Sink => self.sink_url.is_some(),
            NeededFor::Option => false,
        }
    }

    /// The settings of this isolate. The platform starts a new one when they change.
    #[must_use]
    pub fn of(env: &Env) -> Rc<Self> {
        thread_local! {
            static CONFIG: OnceCell<Rc<Config>> = const { OnceCell::new() };
        }
        CONFIG.with(|config| {
            Rc::clone(config.get_or_init(|| {
                let config = Self::read(env);
                config.tell_problems();
                Rc::new(config)
            }))
        })
    }
}

/// `ACCESS_TEAM` and `ACCESS_AUD`: one without the other lets nobody in.
fn access(settings: &Reader<'_>) -> Option<(String, String)> {
    match (settings.text("ACCESS_TEAM"), settings.text("ACCESS_AUD")) {
        (Some(team), Some(audience)) => Some((team, audience)),
        (None, None) => None,
        (team, _) => {
            let (setting, other) = match team {
                Some(_) => ("ACCESS_AUD", "ACCESS_TEAM"),
                None => ("ACCESS_TEAM", "ACCESS_AUD"),
            };
            let what = format!("is not set beside {other}: Cloudflare Access lets nobody in");
            settings.problem(setting, Reason::SettingMalformed, what);
            None
        }
    }
}

/// The token in force and the one before; that one alone lets nobody in.
fn vxml_tokens(settings: &Reader<'_>) -> Vec<String> {
    let previous = settings.secret(Secret::VxmlTokenPrevious);
    match settings.secret(Secret::VxmlToken) {
        Some(token) => [token].into_iter().chain(previous).collect(),
        None => Vec::new(),
    }
}

fn operators(settings: &Reader<'_>) -> Option<Operators> {
    let text = settings.as_set("OPERATORS")?;
    let (operators, malformed) = Operators::parse(&text);
    if !malformed.is_empty() {
        let what = "has entries that are no name with a role, and let nobody in:";
        settings.entries_problem("OPERATORS", Reason::SettingMalformed, what, malformed);
    }
    Some(operators)
}

fn dial(settings: &Reader<'_>) -> DialPolicy {
    let numbers = settings.as_set("DIAL_ALLOW");
    let hosts = settings.as_set("SIP_ALLOW");
    let policy = DialPolicy::new(numbers.as_deref(), hosts.as_deref());
    for (list, setting, expected) in [
        (
            DialList::Numbers,
            "DIAL_ALLOW",
            "prefix of a number in E.164",
        ),
        (DialList::SipHosts, "SIP_ALLOW", "host name"),
    ] {
        let entries: Vec<String> = policy
            .malformed_entries()
            .iter()
            .filter(|malformed| malformed.list == list)
            .map(|malformed| malformed.entry.clone())
            .collect();
        let what = match entries.first().map(String::as_str) {
            None => continue,
            Some("") => format!("is set and names no {expected}: it allows nobody"),
            Some(_) => format!("has entries that are no {expected}, and allow nobody:"),
        };
        settings.entries_problem(setting, Reason::DialAllowMalformed, what, entries);
    }
    policy
}

/// Without a slash at its end. What is no address of a site counts as not set.
fn public_url(settings: &Reader<'_>) -> Option<String> {
    let url = settings.text("PUBLIC_URL")?;
    let url = url.trim().trim_end_matches('/');
    let rest = url
        .strip_prefix("https://")
        .or_else(|| url.strip_prefix("http://"));
    let is_good = rest.is_some_and(|rest| {
        !rest.is_empty()
            && !rest.starts_with('/')
            && !rest.contains(['?', '#', '"', '\\', '@'])
            && !rest.contains(|letter: char| letter.is_whitespace() || letter.is_control())
    });
    if !is_good {
        let what = "is no https:// address of a site: URLs in NCCOs begin with the request's own";
        settings.problem("PUBLIC_URL", Reason::SettingMalformed, what);
        return None;
    }
    Some(url.to_owned())
}

/// The ranges of a list that is set; its entries that are none allow nobody.
fn allowed_ips(settings: &Reader<'_>) -> Option<Vec<IpNet>> {
    let is_range = |entry: &str| addresses::range(entry).is_some();
    let expected = "address and no CIDR range";
    let entries = settings.list(
        "ALLOWED_IPS",
        Reason::AllowedIpsMalformed,
        expected,
        is_range,
    );
    let ranges = entries.iter().filter_map(|entry| addresses::range(entry));
    (!entries.is_empty()).then(|| ranges.collect())
}

/// An address that is not allowed stays in force: events wait for it to be mended.
fn sink_url(settings: &Reader<'_>) -> Option<String> {
    let url = settings.text("SINK_URL")?;
    if !is_sink_url(&url) {
        let what = "does not begin with https://: events wait until it does";
        settings.problem("SINK_URL", Reason::SettingMalformed, what);
    }
    Some(url)
}

/// Whether events may go there: over TLS, or to this machine.
#[must_use]
pub fn is_sink_url(url: &str) -> bool {
    url.starts_with("https://")
        || [
            "http://127.0.0.1:",
            "http://127.0.0.1/",
            "http://localhost:",
            "http://localhost/",
        ]
        .iter()
        .any(|loopback| url.starts_with(loopback))
}

/// A binding as the platform hands it over; `undefined` when there is none.
#[must_use]
pub fn binding(env: &Env, name: &str) -> JsValue {
    js_sys::Reflect::get(env, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

/// A setting as text. `wrangler.toml` may give a number or a table, too.
fn raw(env: &Env, name: &str) -> Option<String> {
    let value = binding(env, name);
    if value.is_undefined() || value.is_null() {
        return None;
    }
    value.as_string().or_else(|| {
        js_sys::JSON::stringify(&value)
            .ok()
            .and_then(|text| text.as_string())
    })
}

#[cfg(test)]
mod tests;
