#![doc = include_str!("../README.md")]

mod batch;
pub mod body;
mod component;
pub mod databases;
pub mod feed;
pub mod figures;
pub mod find;
pub mod key;
pub mod limits;
mod plan;
pub mod retention;
mod rows;
pub mod sql;
pub mod terms;

pub use batch::Batch;
pub use component::LimitError;
pub use plan::{Moment, Plan, Transaction};
pub use rows::{RowError, Rows};
