//! CloudEvents from webhooks, and call records folded from them.
