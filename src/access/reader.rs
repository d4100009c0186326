//! Who reads a page, as far as the rules ask.

use rust_decimal::Decimal;

use super::permission::{Permission, Role, holds};
use crate::id::{PersonId, PostId};

/// The person, the role of today, and the post of people at one.
#[derive(Debug, Clone, Copy)]
pub struct Reader {
    pub id: PersonId,
    pub role: Role,
    /// Where, if at a post.
    pub post: Option<PostId>,
    /// The largest value of a license that they may decide.
    pub authority: Decimal,
}

impl Reader {
    /// Whether the role includes a permission.
    pub fn may(&self, permission: Permission) -> bool {
        holds(self.role, permission)
    }
}
