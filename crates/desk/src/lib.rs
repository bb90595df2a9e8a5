#![doc = include_str!("../README.md")]

pub mod broken;
pub mod calls;
pub mod complete;
pub mod diff;
pub mod edit;
pub mod graph;
pub mod merge;
pub mod offline;
pub mod outlook;
pub mod picture;
pub mod play;
pub mod script;
pub mod shape;
pub mod targets;
pub mod ways;

mod lenient;
mod role;

pub use role::Role;
