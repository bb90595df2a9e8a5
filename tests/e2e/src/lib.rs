//! The Worker under workerd, called over HTTP as Vonage calls it.
