//! The Worker: all I/O, no rules of its own.
