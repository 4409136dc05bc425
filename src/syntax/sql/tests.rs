mod dialects;
mod half_typed;
mod outline;
mod samples;
mod structure;
mod survival;
mod templates;
