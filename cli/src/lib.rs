#![doc = include_str!("../README.md")]

pub mod api;
pub mod arguments;
pub mod calls;
pub mod commands;
pub mod files;
pub mod offline;
pub mod phone;
pub mod script;
pub mod trouble;

pub use commands::run;
