//! Vonage call control objects (NCCO): typed, validated, built.
