//! Vonage webhooks, signatures and requests, as pure functions over bytes.
