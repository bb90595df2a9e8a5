#![doc = include_str!("../README.md")]
#![warn(clippy::print_stdout, clippy::print_stderr)]

pub mod api;
pub mod arguments;
pub mod commands;
mod confirm;
mod e164;
pub mod error;
pub mod excerpt;
pub mod files;
pub mod http;
pub mod lsp;
pub mod print;
pub mod vonage_account;
pub mod worker_url;

pub use commands::run;
