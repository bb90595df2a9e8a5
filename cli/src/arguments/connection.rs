//! How a Worker is reached.

use clap::Args;

/// The secret that signs webhooks.
#[derive(Debug, Args)]
pub struct Signing {
    /// Signs the webhooks, as VONAGE_SIGNATURE_SECRET does at Vonage.
    #[arg(
        long,
        env = "IVR_SECRET",
        hide_env_values = true,
        value_name = "SECRET"
    )]
    pub secret: Option<String>,
}

/// A Worker and its token.
#[derive(Debug, Args)]
pub struct Worker {
    /// The Worker.
    #[arg(long, env = "IVR_URL", value_name = "URL")]
    pub url: Option<String>,
    /// Its ADMIN_TOKEN.
    #[arg(long, env = "IVR_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    pub token: Option<String>,
}
