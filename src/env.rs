//! Settings and secrets, read once an isolate.

use std::cell::OnceCell;
use std::rc::Rc;

use ivr::Sealer;
use vonage::jwt::Verifier;
use vonage::sms_signature;
use wasm_bindgen::JsValue;
use worker::Env;

use crate::bindings::limiter;
use crate::{log, panics};

/// Everything `wrangler.toml`, `wrangler secret` and `.dev.vars` may say.
///
/// A value that is absent or empty is `None`. The fields have the names of the variables.
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
    /// `ADMIN_TOKEN`: bearer token of operators.
    pub admin_token: Option<String>,
    /// `ACCESS_TEAM`: the Cloudflare Access team whose tokens operators may use instead.
    pub access_team: Option<String>,
    /// `ACCESS_AUD`: the audience those tokens must name.
    pub access_aud: Option<String>,
    /// `PUBLIC_URL`: base of the URLs in NCCOs, without a slash at its end.
    pub public_url: Option<String>,
    /// `ALLOWED_IPS`: the only addresses webhooks may come from.
    pub allowed_ips: Vec<String>,
    /// `LOOKUP_HOSTS`: the only hosts a `lookup` may call.
    pub lookup_hosts: Vec<String>,
    /// `DIAL_ALLOW`: the only prefixes a `connect` may dial.
    pub dial_allow: Vec<String>,
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
}

impl Config {
    /// Reads the settings out of the platform's environment.
    #[must_use]
    pub fn read(env: &Env) -> Self {
        let text = |name: &str| text(env, name);
        let list = |name: &str| {
            text(name).map_or_else(Vec::new, |value| {
                value
                    .split([',', ' ', '\n'])
                    .filter(|part| !part.is_empty())
                    .map(str::to_owned)
                    .collect()
            })
        };
        let secret = text("VONAGE_SIGNATURE_SECRET").unwrap_or_default();
        let previous = text("VONAGE_SIGNATURE_SECRET_PREVIOUS");
        let number = |name: &str| text(name).and_then(|value| value.trim().parse().ok());
        Self {
            verifier: Verifier::new(&secret, previous.as_deref())
                .api_key(&text("VONAGE_API_KEY").unwrap_or_default())
                .application(&text("VONAGE_APPLICATION_ID").unwrap_or_default()),
            sms_verifier: sms_signature::Verifier::new(&secret)
                .previous(previous.as_deref().unwrap_or_default()),
            application_id: text("VONAGE_APPLICATION_ID"),
            private_key: text("VONAGE_PRIVATE_KEY"),
            sealer: text("STATE_KEY")
                .map(|key| Sealer::new(&key, text("STATE_KEY_PREVIOUS").as_deref())),
            admin_token: text("ADMIN_TOKEN"),
            access_team: text("ACCESS_TEAM"),
            access_aud: text("ACCESS_AUD"),
            public_url: text("PUBLIC_URL").map(|url| url.trim_end_matches('/').to_owned()),
            allowed_ips: match list("ALLOWED_IPS") {
                // A list without any entry is a mistake, not the wish to let everybody in.
                none if none.is_empty() => text("ALLOWED_IPS").into_iter().collect(),
                list => list,
            },
            lookup_hosts: list("LOOKUP_HOSTS"),
            dial_allow: list("DIAL_ALLOW"),
            language: text("LANGUAGE"),
            fallback_record: text("FALLBACK_RECORD"),
            sink_url: text("SINK_URL"),
            sink_secret: text("SINK_SECRET"),
            retention_days: number("RETENTION_DAYS"),
            menu_cache_seconds: number("MENU_CACHE_SECONDS"),
        }
    }

    /// What is no address in `ALLOWED_IPS` allows nobody. Whoever wrote it has to hear of it.
    fn say_what_is_malformed(&self) {
        let entries = self.allowed_ips.iter().map(String::as_str);
        let malformed: Vec<&str> = entries.filter(|entry| !limiter::is_range(entry)).collect();
        if !malformed.is_empty() {
            let what =
                "ALLOWED_IPS holds what is no address and no CIDR range, and allows nobody: ";
            log::alert(
                "allowed_ips_malformed",
                &[what, &malformed.join(" ")].concat(),
            );
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
                config.say_what_is_malformed();
                panics::prepare_last_words(&ivr::safe_ncco(config.language.as_deref()));
                Rc::new(config)
            }))
        })
    }
}

/// A binding as the platform hands it over; `undefined` when there is none.
#[must_use]
pub fn binding(env: &Env, name: &str) -> JsValue {
    js_sys::Reflect::get(env, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED)
}

fn text(env: &Env, name: &str) -> Option<String> {
    binding(env, name)
        .as_string()
        .filter(|value| !value.trim().is_empty())
}
