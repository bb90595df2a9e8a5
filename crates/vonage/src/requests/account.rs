//! The SMS URLs of an account ("Account API 1.0.4"): for numbers that have none of their own.

use serde_json::Value;

use crate::query::encode_query;
use crate::requests::application::Change;
use crate::requests::invalid::{InvalidError, ensure_url};
use crate::requests::request::{Authorization, MediaType, Request, Verb};
use crate::wire::member;

/// The account's URLs. In what is wanted, `None` means: leave it as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AccountSettings {
    /// `moCallBackUrl`: told of inbound SMS.
    pub sms_url: Option<String>,
    /// `drCallBackUrl`: told what became of SMS that were sent.
    pub receipt_url: Option<String>,
}

impl AccountSettings {
    /// The request that reads them: a change of nothing.
    #[must_use]
    pub fn get_request() -> Request {
        Self::default().request()
    }

    /// The request that sets them. The platform asks each URL once and wants 200 before it stores
    /// it.
    ///
    /// # Errors
    /// When a URL is none.
    pub fn set_request(&self) -> Result<Request, InvalidError> {
        for (url, pointer) in [
            (&self.sms_url, "/moCallBackUrl"),
            (&self.receipt_url, "/drCallBackUrl"),
        ] {
            if let Some(url) = url {
                ensure_url(url, pointer)?;
            }
        }
        Ok(self.request())
    }

    fn request(&self) -> Request {
        let parameters: Vec<(&str, &str)> = [
            ("moCallBackUrl", &self.sms_url),
            ("drCallBackUrl", &self.receipt_url),
        ]
        .into_iter()
        .filter_map(|(name, url)| Some((name, url.as_deref()?)))
        .collect();
        Request {
            method: Verb::Post,
            url: "https://rest.nexmo.com/account/settings".to_owned(),
            authorization: Authorization::AccountSecret,
            media_type: MediaType::Form,
            body: Some(encode_query(parameters)),
        }
    }

    /// Reads the reply; `None` when it is no JSON object.
    #[must_use]
    pub fn read(reply: &[u8]) -> Option<Self> {
        let reply: Value = serde_json::from_slice(reply).ok()?;
        let fields = reply.as_object()?;
        let text = |name| {
            let text = member(fields, &[name])?.as_str()?;
            (!text.is_empty()).then(|| text.to_owned())
        };
        Some(Self {
            sms_url: text("mo-callback-url"),
            receipt_url: text("dr-callback-url"),
        })
    }

    /// What setting `wanted` would change, by the names of the parameters.
    #[must_use]
    pub fn diff(&self, wanted: &Self) -> Vec<Change> {
        [
            ("moCallBackUrl", &self.sms_url, &wanted.sms_url),
            ("drCallBackUrl", &self.receipt_url, &wanted.receipt_url),
        ]
        .into_iter()
        .filter_map(|(pointer, is, wanted)| {
            let to = wanted.clone()?;
            (is.as_ref() != Some(&to)).then(|| Change {
                pointer,
                from: is.clone(),
                to,
                is_told: true,
            })
        })
        .collect()
    }
}
