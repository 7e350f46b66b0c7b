//! Job files as bytes: one JSON document on one line, in both directions.
