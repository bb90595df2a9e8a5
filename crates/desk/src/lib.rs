#![doc = include_str!("../README.md")]

pub mod broken;
pub mod calls;
pub mod diff;
pub mod graph;
pub mod offline;
pub mod script;
pub mod targets;

mod role;

pub use role::Role;
