//! Phone menus: document, check, compile, step.
