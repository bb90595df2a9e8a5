//! The settings of the numbers an account has rented ("Numbers API 1.1.0").
//!
//! An update replaces the settings it does not name, so it sends again all that is known of the
//! number. The list of numbers does not tell `voiceStatusCallback`: it can be set and not compared.

use serde_json::Value;

use crate::query::encode_query;
use crate::requests::application::Change;
use crate::requests::invalid::{InvalidError, ensure, ensure_id, ensure_url};
use crate::requests::request::{Authorization, MediaType, Request, Verb};
use crate::wire::{Fields, Wire, member};

/// How many numbers a page of the list has, the most the platform gives.
pub const NUMBERS_A_PAGE: u32 = 100;

/// A number as the account has it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct OwnedNumber {
    /// The number in E.164 without `+`.
    pub msisdn: String,
    /// Its country, two letters.
    pub country: String,
    /// The application it is linked to.
    pub application: Option<String>,
    /// `sip` or `tel` and where to: calls go there whatever the application says.
    pub forwarded: Option<(String, String)>,
    /// `moHttpUrl`: told of inbound SMS.
    pub sms_url: Option<String>,
    /// `voiceStatusCallback`, where the platform tells it.
    pub status_url: Option<String>,
    /// An application for messages alone, from before `app_id`.
    pub messages_application: Option<String>,
}

/// What a number is to be set to. `None` means: leave it as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NumberSettings {
    /// The application to link it to. Also ends a forwarding, which would win over it.
    pub application: Option<String>,
    /// `moHttpUrl`. The platform asks it once by GET and wants 200 before it stores it.
    pub sms_url: Option<String>,
    /// `voiceStatusCallback`.
    pub status_url: Option<String>,
}

/// A page of the list of numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct NumberPage {
    /// How many numbers the account has.
    pub count: u32,
    /// The numbers of this page.
    pub numbers: Vec<OwnedNumber>,
}

impl NumberPage {
    /// The request for a page, counted from 1.
    #[must_use]
    pub fn request(page: u32) -> Request {
        Request {
            method: Verb::Get,
            url: format!(
                "https://rest.nexmo.com/account/numbers?size={NUMBERS_A_PAGE}&index={page}"
            ),
            authorization: Authorization::AccountSecret,
            media_type: MediaType::Json,
            body: None,
        }
    }

    /// Reads the reply; `None` when it is no list. An account without numbers gets `{}`.
    #[must_use]
    pub fn read(reply: &[u8]) -> Option<Self> {
        let reply: Value = serde_json::from_slice(reply).ok()?;
        let fields = reply.as_object()?;
        let numbers: Vec<OwnedNumber> = match fields.get("numbers") {
            None if fields.is_empty() => Vec::new(),
            None => return None,
            Some(numbers) => numbers
                .as_array()?
                .iter()
                .filter_map(|number| OwnedNumber::read(number.as_object()?))
                .collect(),
        };
        let count = member(fields, &["count"])
            .and_then(<u64 as Wire>::read)
            .and_then(|count| u32::try_from(count).ok())
            .unwrap_or_default();
        Some(Self { count, numbers })
    }
}

impl OwnedNumber {
    fn read(fields: &Fields) -> Option<Self> {
        let text = |name| {
            let text = member(fields, &[name])?.as_str()?;
            (!text.is_empty()).then(|| text.to_owned())
        };
        let (kind, value) = (text("voiceCallbackType"), text("voiceCallbackValue"));
        let (linked, forwarded) = match (kind.as_deref(), value) {
            (Some("app"), value) => (value, None),
            (Some(kind), Some(value)) => (None, Some((kind.to_owned(), value))),
            _ => (None, None),
        };
        Some(Self {
            msisdn: text("msisdn")?,
            country: text("country")?,
            application: text("app_id").or(linked),
            forwarded,
            sms_url: text("moHttpUrl"),
            status_url: text("voiceStatusCallback"),
            messages_application: text("messagesCallbackValue"),
        })
    }

    /// What setting `wanted` would change, by the names of the parameters.
    #[must_use]
    pub fn diff(&self, wanted: &NumberSettings) -> Vec<Change> {
        let mut changes = Vec::new();
        let mut compare = |pointer, is: &Option<String>, wanted: &Option<String>, is_told| {
            let Some(to) = wanted else { return };
            if is.as_ref() != Some(to) {
                changes.push(Change {
                    pointer,
                    from: is.clone(),
                    to: to.clone(),
                    is_told,
                });
            }
        };
        compare("app_id", &self.application, &wanted.application, true);
        compare("moHttpUrl", &self.sms_url, &wanted.sms_url, true);
        let is_told = self.status_url.is_some();
        compare(
            "voiceStatusCallback",
            &self.status_url,
            &wanted.status_url,
            is_told,
        );
        if let (Some((kind, value)), Some(_)) = (&self.forwarded, &wanted.application) {
            changes.push(Change {
                pointer: "voiceCallbackType",
                from: Some(format!("{kind} {value}")),
                to: "none".to_owned(),
                is_told: true,
            });
        }
        changes
    }

    /// The request that sets a number, and leaves what `wanted` does not name as it is known.
    ///
    /// # Errors
    /// The first setting the platform would refuse.
    pub fn update_request(&self, wanted: &NumberSettings) -> Result<Request, InvalidError> {
        let digits = self.msisdn.bytes().all(|byte| byte.is_ascii_digit());
        ensure(digits, "/msisdn", "a number in E.164 without `+`")?;
        let country = self.country.bytes().all(|byte| byte.is_ascii_alphabetic());
        ensure(
            country && self.country.len() == 2,
            "/country",
            "two letters, like GB",
        )?;
        let mut parameters = vec![
            ("country", self.country.as_str()),
            ("msisdn", self.msisdn.as_str()),
        ];
        let application = wanted.application.as_ref().or(self.application.as_ref());
        if let Some(application) = application {
            ensure_id(application, "/app_id")?;
            parameters.push(("app_id", application));
        }
        if let (Some(messages), None) = (&self.messages_application, application) {
            parameters.push(("messagesCallbackType", "app"));
            parameters.push(("messagesCallbackValue", messages));
        }
        for (name, pointer, wanted, is) in [
            ("moHttpUrl", "/moHttpUrl", &wanted.sms_url, &self.sms_url),
            (
                "voiceStatusCallback",
                "/voiceStatusCallback",
                &wanted.status_url,
                &self.status_url,
            ),
        ] {
            if let Some(url) = wanted {
                ensure_url(url, pointer)?;
            }
            if let Some(url) = wanted.as_ref().or(is.as_ref()) {
                parameters.push((name, url));
            }
        }
        if let (Some((kind, value)), None) = (&self.forwarded, &wanted.application) {
            parameters.push(("voiceCallbackType", kind));
            parameters.push(("voiceCallbackValue", value));
        }
        Ok(Request {
            method: Verb::Post,
            url: "https://rest.nexmo.com/number/update".to_owned(),
            authorization: Authorization::AccountSecret,
            media_type: MediaType::Form,
            body: Some(encode_query(parameters)),
        })
    }
}
