//! Sessions: a random key in a cookie, only its hash stored; idle after 15 minutes, over after 12 hours.

use axum::http::{HeaderMap, header};
use axum_extra::extract::cookie::{Cookie, SameSite};
use sha2::{Digest, Sha256};
use sqlx::PgPool;
use time::{Duration, OffsetDateTime};

use super::Role;
use crate::{
    app::Site,
    error::Result,
    id::{PersonId, PostId, SessionId},
};

/// Signed out after so long without a request.
pub const IDLE: Duration = Duration::minutes(15);
/// Signed out after so long in all.
pub const ABSOLUTE: Duration = Duration::hours(12);
/// A late submit is filed as a draft for so long after the session ended by age.
const REMEMBERED: Duration = Duration::hours(24);
/// The last request is noted at most so often.
const NOTED: Duration = Duration::seconds(30);

/// The name the browser keeps the key under. `__Host-` needs TLS, so plain http (only on this machine) goes without.
fn cookie_name(site: &Site) -> &'static str {
    if site.is_secure() { "__Host-lantern" } else { "lantern" }
}

/// A new key and its hash.
pub fn new_key() -> (String, Vec<u8>) {
    let key = format!("{:032x}{:032x}", rand::random::<u128>(), rand::random::<u128>());
    let hash = hash(&key);
    (key, hash)
}

/// What is stored of a key.
pub fn hash(key: &str) -> Vec<u8> {
    Sha256::digest(key.as_bytes()).to_vec()
}

/// The cookie that carries a key; an empty key takes the cookie away.
pub fn cookie(site: &Site, key: String) -> Cookie<'static> {
    let gone = key.is_empty();
    let mut cookie = Cookie::build((cookie_name(site), key))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(site.is_secure())
        .build();
    if gone {
        cookie.make_removal();
    }
    cookie
}

/// The hash of the key the request carries.
pub fn presented(site: &Site, headers: &HeaderMap) -> Option<Vec<u8>> {
    key(site, headers).map(|key| hash(&key))
}

/// What the hash of a password is mixed with where it is kept to know a repeat again: the browser has it, the database
/// has not.
pub fn pepper(site: &Site, headers: &HeaderMap) -> Vec<u8> {
    hash(&format!("answers {}", key(site, headers).unwrap_or_default()))
}

fn key(site: &Site, headers: &HeaderMap) -> Option<String> {
    presented_as(cookie_name(site), headers)
}

/// The value of a cookie.
pub fn presented_as(name: &str, headers: &HeaderMap) -> Option<String> {
    let cookies = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
    let mut named = cookies.flat_map(Cookie::split_parse).filter_map(Result::ok);
    named.find(|cookie| cookie.name() == name).map(|cookie| cookie.value().to_owned())
}

/// What the server knows of a presented key.
#[derive(Debug)]
pub enum Presence {
    /// Nothing, or no more: whatever ends a session but its age ends everything that its key could do.
    Unknown,
    /// A session that ended by age less than a day ago, and by nothing else since.
    Aged {
        session: SessionId,
        person: PersonId,
    },
    Present(Box<Present>),
}

/// A signed-in person, as of this request.
#[derive(Debug)]
pub struct Present {
    pub session: SessionId,
    /// What is stored of its key: what the person changes carries it.
    pub key_hash: Vec<u8>,
    pub person: PersonId,
    pub name: String,
    /// The name typed at sign-in.
    pub account: String,
    /// A first password is still in use.
    pub must_choose_password: bool,
    /// When they last proved who they are.
    pub proved_at: OffsetDateTime,
    /// The largest value of a license that they may decide.
    pub authority: rust_decimal::Decimal,
    /// The role of today, and where.
    pub duty: Option<Duty>,
}

/// The assignment of today.
#[derive(Debug, Clone)]
pub struct Duty {
    pub role: Role,
    /// Where, for people at post.
    pub post: Option<Post>,
}

/// The post of a person's assignment.
#[derive(Debug, Clone)]
pub struct Post {
    pub id: PostId,
    /// Its name, such as `Guatemala`.
    pub name: String,
    pub country: String,
    pub zone: String,
}

/// Looks a key up: one statement, and a second at most twice a minute to note the visit.
pub async fn look_up(reads: &PgPool, writes: &PgPool, key_hash: &[u8], now: OffsetDateTime) -> Result<Presence> {
    let row = sqlx::query!(
        r#"select s.id as "session: SessionId", s.person_id as "person: PersonId", s.started_at, s.seen_at, s.ended_at,
               coalesce(s.proved_at, s.started_at) as "proved_at!",
               p.name, p.account, p.decision_authority, p.disabled_at, p.temporary_until,
               a.role as "role?: Role", o.id as "post?: PostId", o.name as "post_name?", o.country as "country?", o.zone as "zone?"
           from sessions s
           join people p on p.id = s.person_id
           left join (assignments a left join posts o on o.id = a.post_id) on a.person_id = p.id
               and ($2::timestamptz at time zone coalesce(o.zone, 'America/New_York'))::date
                   between a.starts_on and coalesce(a.ends_on, 'infinity')
           where s.key_hash = $1"#,
        key_hash,
        now
    );
    let Some(row) = row.fetch_optional(reads).await? else { return Ok(Presence::Unknown) };
    if row.ended_at.is_some() || row.disabled_at.is_some() {
        return Ok(Presence::Unknown);
    }
    let over = (row.seen_at + IDLE).min(row.started_at + ABSOLUTE);
    if over <= now {
        // With a first password nobody could type anything.
        let remembered = over + REMEMBERED > now && row.temporary_until.is_none();
        return Ok(if remembered {
            Presence::Aged { session: row.session, person: row.person }
        } else {
            Presence::Unknown
        });
    }
    if row.seen_at + NOTED < now {
        sqlx::query!("update sessions set seen_at = $2 where id = $1 and ended_at is null", row.session.0, now)
            .execute(writes)
            .await?;
    }
    let post = match (row.post, row.post_name, row.country, row.zone) {
        (Some(id), Some(name), Some(country), Some(zone)) => Some(Post { id, name, country, zone }),
        _ => None,
    };
    Ok(Presence::Present(Box::new(Present {
        session: row.session,
        key_hash: key_hash.to_owned(),
        person: row.person,
        name: row.name,
        account: row.account,
        must_choose_password: row.temporary_until.is_some(),
        proved_at: row.proved_at,
        authority: row.decision_authority,
        duty: row.role.map(|role| Duty { role, post }),
    })))
}

/// Notes that the person of a session proved who they are.
pub async fn note_proof(writes: &PgPool, session: SessionId, at: OffsetDateTime) -> Result<()> {
    sqlx::query!("update sessions set proved_at = $2 where id = $1 and ended_at is null", session.0, at)
        .execute(writes)
        .await?;
    Ok(())
}
