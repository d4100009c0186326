//! Filing: the desk is loaded, an accepted proposal is done by the page it belongs to, and the telegram notes what
//! became of it, all in one change. Nothing enters the file that a person did not accept, and nothing by other rules
//! than those of its page.

mod act;
mod load;

pub use act::*;
pub use load::*;
