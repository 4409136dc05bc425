//! What does a ref mean?
