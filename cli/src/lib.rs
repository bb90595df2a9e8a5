#![doc = include_str!("../README.md")]

pub mod api;
pub mod arguments;
pub mod commands;
pub mod files;
pub mod http;
pub mod trouble;

pub use commands::run;
