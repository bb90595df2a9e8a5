//! What Vonage's settings should be for a Worker.

use std::collections::BTreeSet;
use std::path::Path;

use serde_json::Value;
use vonage::requests::{
    AccountSettings, ApplicationWebhooks, MessagesWebhooks, NumberSettings, RtcWebhooks,
    VerifyWebhooks, VoiceWebhooks, WebhookSetting,
};

use crate::e164;
use crate::error::CliError;
use crate::files;

/// Where the webhooks of an application go.
#[derive(Debug, Clone)]
pub(crate) struct Routes {
    /// The Worker, without a slash at its end.
    pub(crate) base: String,
    /// The Worker of the fallback; the same when left out.
    pub(crate) fallback: Option<String>,
    /// The menu the answer URL names.
    pub(crate) menu: Option<String>,
}

impl Routes {
    /// The URL of a route.
    pub(crate) fn url(&self, route: &str) -> String {
        format!("{}/webhooks/{route}", self.base)
    }

    /// The URL of the fallback.
    pub(crate) fn fallback_url(&self) -> String {
        let base = self.fallback.as_ref().unwrap_or(&self.base);
        format!("{base}/webhooks/fallback")
    }

    /// The menu that an answer URL of this Worker names. An application may be set to any of them.
    pub(crate) fn named_menu<'u>(&self, url: &'u str) -> Option<&'u str> {
        url.strip_prefix(&self.url("answer/"))
            .filter(|menu| ivr::document::is_name(menu))
    }

    /// Calls.
    pub(crate) fn voice(&self) -> VoiceWebhooks {
        let webhook = |url: &str, longest: u32| {
            let mut webhook = WebhookSetting::post(url);
            webhook.connect_timeout = Some(1_000);
            webhook.socket_timeout = Some(longest);
            Some(webhook)
        };
        let answer = match &self.menu {
            Some(menu) => self.url(&format!("answer/{menu}")),
            None => self.url("answer"),
        };
        VoiceWebhooks {
            answer: webhook(&answer, 5_000),
            fallback: webhook(&self.fallback_url(), 5_000),
            event: webhook(&self.url("event"), 10_000),
            signed_callbacks: Some(true),
            ..VoiceWebhooks::default()
        }
    }

    /// Conversations of the Client SDKs.
    pub(crate) fn rtc(&self) -> RtcWebhooks {
        RtcWebhooks {
            event: Some(WebhookSetting::post(&self.url("rtc"))),
            signed_callbacks: Some(true),
        }
    }

    /// Messages of every channel.
    pub(crate) fn messages(&self) -> MessagesWebhooks {
        MessagesWebhooks {
            inbound: Some(WebhookSetting::post(&self.url("messages/inbound"))),
            status: Some(WebhookSetting::post(&self.url("messages/status"))),
            version: Some("v1".to_owned()),
        }
    }

    /// Verifications.
    pub(crate) fn verify(&self) -> VerifyWebhooks {
        VerifyWebhooks {
            status: Some(WebhookSetting::post(&self.url("verify"))),
            version: Some("v2".to_owned()),
        }
    }

    /// The account's SMS.
    pub(crate) fn account(&self) -> AccountSettings {
        AccountSettings {
            sms_url: Some(self.url("sms/inbound")),
            receipt_url: Some(self.url("sms/receipt")),
        }
    }

    /// A number of the application.
    pub(crate) fn number(&self, application: &str, sms: bool, status: bool) -> NumberSettings {
        NumberSettings {
            application: Some(application.to_owned()),
            sms_url: sms.then(|| self.url("sms/inbound")),
            status_url: status.then(|| self.url("event")),
        }
    }

    /// Everything an application can be told.
    pub(crate) fn application(
        &self,
        rtc: bool,
        messages: bool,
        verify: bool,
    ) -> ApplicationWebhooks {
        let mut wanted = ApplicationWebhooks {
            voice: self.voice(),
            ..ApplicationWebhooks::default()
        };
        if rtc {
            wanted.rtc = self.rtc();
        }
        if messages {
            wanted.messages = self.messages();
        }
        if verify {
            wanted.verify = self.verify();
        }
        wanted
    }
}

/// The numbers that a `numbers.json` names, and whether it has a `default`.
pub(crate) fn numbers_in(file: &Path) -> Result<(BTreeSet<String>, bool), CliError> {
    let read = files::read(file)?;
    let Ok(Value::Object(entries)) = serde_json::from_slice::<Value>(&read.bytes) else {
        return Err(
            CliError::usage(format!("{}: no list of numbers", read.name))
                .help("like { \"442079460000\": { \"menu\": \"main\" } }"),
        );
    };
    let numbers = entries
        .keys()
        .filter(|name| e164::digits(name).is_ok())
        .cloned()
        .collect();
    Ok((numbers, entries.contains_key("default")))
}
