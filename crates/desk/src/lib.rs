#![doc = include_str!("../README.md")]

pub mod broken;
pub mod calls;
pub mod diff;
pub mod graph;
pub mod offline;
pub mod script;

mod role;

pub use role::Role;
