//! Every statement on checks.

mod answer;
mod draft;
mod path;
mod read;
mod recall;
mod result;
mod search;

pub use answer::*;
pub use draft::*;
pub use path::*;
pub use read::*;
pub use recall::{RecallRow, recall, recalled, recalls};
pub use result::*;
pub use search::*;
