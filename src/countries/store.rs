//! Every statement on countries, their authorities and rules.

use sqlx::PgPool;
use time::Date;

use crate::{
    access::Actor,
    approvals::model::{Certainty, DaysKind},
    audit::{Values, says},
    db::Change,
    error::{AppError, Result},
    id::{AuthorityId, CountryRuleId},
    reference::model::since_words,
    web::filters::day_words,
    words::Choice,
};

/// A country in a list.
#[derive(Debug)]
pub struct CountryRow {
    pub code: String,
    pub name: String,
    /// The region: AF EAP EUR NEA SCA WHA.
    pub region: String,
    /// How many authorities are recorded.
    pub authorities: i64,
    pub rules: i64,
}

pub async fn list(pool: &PgPool, today: Date) -> Result<Vec<CountryRow>> {
    let rows = sqlx::query_as!(
        CountryRow,
        r#"select code, name, region, (select count(*) from authorities a where a.country = code) as "authorities!",
               (select count(*) from country_rules r where r.country = code and (r.starts_on <= $1 or not r.beginning_known)
                   and $1 <= coalesce(r.ends_on, 'infinity')) as "rules!"
           from countries order by region = 'US', name"#,
        today
    );
    Ok(rows.fetch_all(pool).await?)
}

/// Countries, as a form offers them.
pub async fn choices(pool: &PgPool) -> Result<Vec<Choice>> {
    let rows = sqlx::query!("select code, name from countries order by name");
    Ok(rows.fetch_all(pool).await?.into_iter().map(|row| Choice::new(row.code, row.name)).collect())
}

pub async fn find(pool: &PgPool, code: &str) -> Result<(String, String)> {
    let row = sqlx::query!("select name, region from countries where code = $1", code).fetch_one(pool).await?;
    Ok((row.name, row.region))
}

#[derive(Debug)]
pub struct Authority {
    pub id: AuthorityId,
    pub name: String,
    /// As people call it.
    pub short_name: String,
    /// The body above it.
    pub parent: Option<String>,
    /// The last day of its work.
    pub ended_on: Option<Date>,
    /// Who does its work since.
    pub successor: Option<String>,
}

impl Authority {
    /// Whether it does its work on a day.
    pub fn works_on(&self, day: Date) -> bool {
        self.ended_on.is_none_or(|last| day <= last)
    }
}

/// The authorities of a country.
pub async fn authorities(pool: &PgPool, code: &str) -> Result<Vec<Authority>> {
    let rows = sqlx::query_as!(
        Authority,
        r#"select a.id as "id: AuthorityId", a.name, a.short_name, p.name as "parent?", a.ended_on, s.short_name as "successor?"
           from authorities a left join authorities p on p.id = a.parent_id left join authorities s on s.id = a.successor_id
           where a.country = $1 order by a.ended_on is not null, a.name"#,
        code
    );
    Ok(rows.fetch_all(pool).await?)
}

/// A country rule, past or present.
#[derive(Debug)]
pub struct Rule {
    pub id: CountryRuleId,
    pub item_class: String,
    /// What people read for it.
    pub class_label: String,
    /// Whose approval; none: the country asks for nothing.
    pub authority: Option<String>,
    pub authority_id: Option<AuthorityId>,
    /// How long it usually takes.
    pub usual_days: Option<i32>,
    /// Which days those are.
    pub days_kind: DaysKind,
    /// The paper, how long it is valid, what to know about it.
    pub detail: String,
    /// Where it is from.
    pub source: String,
    /// The day of the source, as it gives it.
    pub source_day: String,
    /// What it rests on.
    pub certainty: Certainty,
    pub starts_on: Date,
    /// Whether it began on that day; else it held before, too.
    pub beginning_known: bool,
    pub ends_on: Option<Date>,
    /// When a post of the country last confirmed it.
    pub confirmed_on: Option<Date>,
    pub confirmed_by: Option<String>,
}

impl Rule {
    /// For which items, and whose approval: `Pistol, DECAM`.
    pub fn named(&self) -> String {
        format!("{}, {}", self.class_label, self.authority.as_deref().unwrap_or("none needed"))
    }

    /// How long it usually takes, in words.
    pub fn usual(&self) -> Option<String> {
        self.usual_days.map(|days| self.days_kind.counted(days))
    }

    /// As the log shows it.
    pub fn described(&self) -> Values {
        described(self.authority.as_deref(), self.usual(), &self.source, self.certainty, self.starts_on)
    }

    /// Whether another rule was ended the day before this one began, in the same place.
    pub fn took_the_place_of(&self, other: &Self) -> bool {
        self.item_class == other.item_class
            && self.authority_id == other.authority_id
            && other.ends_on.is_some()
            && other.ends_on == self.starts_on.previous_day()
    }

    /// From when to when it holds, in words.
    pub fn held(&self) -> String {
        let since = since_words(self.starts_on, self.beginning_known);
        self.ends_on.map_or_else(|| since.clone(), |last| format!("{since} to {}", day_words(last)))
    }
}

/// The rules of a country, those that hold first.
pub async fn rules(pool: &PgPool, code: &str) -> Result<Vec<Rule>> {
    let rows = sqlx::query_as!(
        Rule,
        r#"select r.id as "id: CountryRuleId", r.item_class, coalesce(e.label, r.item_class) as "class_label!", a.short_name as "authority?",
               r.authority_id as "authority_id: AuthorityId", r.usual_days, r.days_kind as "days_kind: DaysKind", r.detail, r.source, r.source_day, r.certainty as "certainty: Certainty",
               r.starts_on, r.beginning_known, r.ends_on, r.confirmed_on, p.name as "confirmed_by?"
           from country_rules r left join authorities a on a.id = r.authority_id left join people p on p.id = r.confirmed_by
           left join reference_entries e on e.kind = 'item_class' and e.code = r.item_class and e.ends_on is null
           where r.country = $1 order by r.ends_on nulls first, a.short_name, r.source, 3"#,
        code
    );
    Ok(rows.fetch_all(pool).await?)
}

/// A post of the country confirms a rule, today.
pub async fn confirm_rule(change: &mut Change, actor: &Actor, id: CountryRuleId, country: &str) -> Result<()> {
    let post = actor.post().map(|post| post.id.0);
    let saved = sqlx::query!(
        "update country_rules set confirmed_by = $2, confirmed_by_post = $3, confirmed_on = $4
         where id = $1 and country = $5 and ends_on is null",
        id.0,
        actor.id.0,
        post,
        actor.today(),
        country
    );
    if saved.execute(change.conn()).await?.rows_affected() == 1 { Ok(()) } else { Err(AppError::NotFound) }
}

/// Ends a rule; it holds through that day.
pub async fn end_rule(change: &mut Change, id: CountryRuleId, country: &str, last: Date) -> Result<()> {
    let saved = sqlx::query!(
        "update country_rules set ends_on = $3 where id = $1 and country = $2 and ends_on is null and starts_on <= $3",
        id.0,
        country,
        last
    );
    if saved.execute(change.conn()).await?.rows_affected() == 1 { Ok(()) } else { Err(AppError::NotFound) }
}

/// A rule to be added.
#[derive(Debug)]
pub struct RuleData<'a> {
    pub item_class: &'a str,
    pub authority: Option<AuthorityId>,
    /// How long it usually takes.
    pub usual_days: Option<i32>,
    /// Which days those are.
    pub days_kind: DaysKind,
    /// The paper, how long it is valid, what to know about it.
    pub detail: &'a str,
    /// Where it is from.
    pub source: &'a str,
    /// The day of the source.
    pub source_day: &'a str,
    /// What it rests on.
    pub certainty: Certainty,
    pub starts_on: Date,
}

impl RuleData<'_> {
    /// As the log shows it, with whose approval it is.
    pub fn described(&self, authority: Option<&str>) -> Values {
        let usual = self.usual_days.map(|days| self.days_kind.counted(days));
        described(authority, usual, self.source, self.certainty, self.starts_on)
    }
}

fn described(
    authority: Option<&str>,
    usual: Option<String>,
    source: &str,
    certainty: Certainty,
    starts_on: Date,
) -> Values {
    says("Authority", authority)
        .and("Usual days", usual)
        .and("Source", source)
        .and("Certainty", certainty)
        .and("First day", starts_on)
}

/// Lets a rule hold on that was ended by another one, which was recorded by mistake.
pub async fn hold_on(change: &mut Change, id: CountryRuleId) -> Result<()> {
    sqlx::query!("update country_rules set ends_on = null where id = $1", id.0).execute(change.conn()).await?;
    Ok(())
}

/// How many rules name an authority after a day.
pub async fn rules_naming(change: &mut Change, id: AuthorityId, day: Date) -> Result<i64> {
    let named = sqlx::query_scalar!(
        r#"select count(*) as "count!" from country_rules where authority_id = $1 and coalesce(ends_on, 'infinity') > $2"#,
        id.0,
        day
    );
    Ok(named.fetch_one(change.conn()).await?)
}

/// Ends an authority; it works through that day.
pub async fn end_authority(
    change: &mut Change,
    id: AuthorityId,
    last: Date,
    successor: Option<AuthorityId>,
) -> Result<()> {
    let saved = sqlx::query!(
        "update authorities set ended_on = $2, successor_id = $3, version = version + 1 where id = $1 and ended_on is null",
        id.0,
        last,
        successor.map(|id| id.0)
    );
    if saved.execute(change.conn()).await?.rows_affected() == 1 { Ok(()) } else { Err(AppError::NotFound) }
}

/// Adds a rule.
///
/// # Errors
/// A second rule for the same time breaks `country_rules_one_at_a_time`.
pub async fn insert_rule(
    change: &mut Change,
    country: &str,
    rule: &RuleData<'_>,
) -> Result<CountryRuleId, sqlx::Error> {
    let id = CountryRuleId::new();
    sqlx::query!(
        "insert into country_rules (id, country, item_class, authority_id, usual_days, source, starts_on, days_kind, detail, source_day, certainty)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
        id.0,
        country,
        rule.item_class,
        rule.authority.map(|id| id.0),
        rule.usual_days,
        rule.source,
        rule.starts_on,
        rule.days_kind as DaysKind,
        rule.detail,
        rule.source_day,
        rule.certainty as Certainty
    )
    .execute(change.conn())
    .await?;
    Ok(id)
}

/// Adds an authority.
///
/// # Errors
/// A second one of a name breaks `authorities_name_key`.
pub async fn insert_authority(
    change: &mut Change,
    country: &str,
    name: &str,
    short_name: &str,
    parent: Option<AuthorityId>,
) -> Result<AuthorityId, sqlx::Error> {
    let id = AuthorityId::new();
    sqlx::query!(
        "insert into authorities (id, country, name, short_name, parent_id) values ($1, $2, $3, $4, $5)",
        id.0,
        country,
        name,
        short_name,
        parent.map(|id| id.0)
    )
    .execute(change.conn())
    .await?;
    Ok(id)
}
