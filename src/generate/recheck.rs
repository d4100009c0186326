//! What each trigger would have refused, as a statement over rows that are there already: rows come in by `COPY` while
//! the triggers are off, and not one of them may be a row that its trigger says no to.

/// How a trigger's condition is asked of what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Recheck {
    /// The statement finds rows that it would have refused. `TABLE` stands for its table.
    Finds(&'static str),
    /// It asks for an entry of the log that fits: a statement by the table's path finds rows that have none.
    Entries,
    /// It notes what people do, under that condition, and refuses what an earlier act keeps them from.
    Duties(&'static str),
    /// It refuses no new row: it keeps rows as they are, or leaves a mark.
    NoRow,
}
use Recheck::{Duties, Entries, Finds, NoRow};

/// The recheck of a trigger of a table.
pub fn of(table: &str, trigger: &str) -> Option<Recheck> {
    let fits = |(tables, name, _): &&(&[&str], &str, Recheck)| {
        *name == trigger && (tables.is_empty() || tables.contains(&table))
    };
    ALL.iter().find(fits).map(|(_, _, recheck)| *recheck)
}

/// The tables (none: any), the trigger, and its recheck.
const ALL: &[(&[&str], &str, Recheck)] = &[
    (&[], "audited", Entries),
    (&[], "append_only", NoRow),
    (&[], "marks_new", NoRow),
    (&[], "marks_gone", NoRow),
    (&[], "marks_changed", NoRow),
    (&["parties", "party_aliases"], "marks_names_gone", NoRow),
    (&["parties", "party_aliases"], "marks_names_changed", NoRow),
    (&["telegrams", "telegram_checks"], "note_loose_telegrams", NoRow),
    (&["telegrams"], "note_loose_telegrams_again", NoRow),
    (&["parties", "people", "posts"], "note_former_name", NoRow),
    (&["licenses"], "note_stated_value", NoRow),
    (&["checks"], "closed_is_final", NoRow),
    (&["checks"], "keep_what_was_sent", NoRow),
    (&["checks"], "note_settled_remarks", Finds("select r.id::text from remarks r join checks c on c.id = r.check_id where c.state = 'closed' and r.settled_at is null")),
    (
        &["remarks"],
        "kept",
        Finds(
            "select r.id::text from remarks r join checks c on c.id = r.check_id left join remarks a on a.id = r.answers_id
             where r.written_at < c.requested_at or r.post_id <> c.post_id
                 or a.id is not null and ((a.check_id, a.thread_id) <> (r.check_id, r.thread_id) or a.post_id is distinct from r.post_id)",
        ),
    ),
    (&["remarks"], "sealed", Finds("select t.id::text from remarks t join checks c on c.id = t.check_id where greatest(t.written_at, t.settled_at) > c.closed_at")),
    (&["serials"], "marks_numbers", NoRow),
    (&["assignments"], "marks_washington", NoRow),
    (&["people"], "marks_authority", NoRow),
    (&["parties"], "as_its_merge", NoRow),
    (&["contacts"], "keeps_what_verifies", NoRow),
    (&["telegrams", "telegram_answers"], "kept", NoRow),
    (
        &["people", "assignments"],
        "one_administrator",
        Finds(
            "select 'none' where not exists (select from people p join assignments a on a.person_id = p.id
                 where a.role = 'admin' and p.disabled_at is null and a.starts_on <= (now() at time zone 'America/New_York')::date and a.ends_on is null)",
        ),
    ),
    (
        &["contacts", "statements", "documents"],
        "frozen",
        Finds(
            "select t.id::text from TABLE t join checks c on c.id = t.check_id
             where c.state = 'draft' or t.recorded_at < c.requested_at or t.recorded_at > c.closed_at",
        ),
    ),
    (
        &["statements"],
        "replied",
        Finds(
            "select s.id::text from statements s join contacts t on t.id = s.contact_id join checks c on c.id = s.check_id
             where t.recorded_at <= c.replied_at and s.recorded_at > c.replied_at",
        ),
    ),
    (
        &["findings"],
        "frozen",
        Finds(
            "select f.id::text from findings f join checks c on c.id = f.check_id
             where c.acknowledged_at is null or f.recorded_at < c.acknowledged_at
                 or f.recorded_at > coalesce(c.replied_at, c.resulted_at, 'infinity')",
        ),
    ),
    (
        &["finding_basis"],
        "frozen",
        Finds(
            "select f.id::text from finding_basis b join findings f on f.id = b.finding_id join checks c on c.id = f.check_id
             where c.acknowledged_at is null",
        ),
    ),
    (
        &["contacts"],
        "keeps_channel",
        Finds(
            "select c.id::text from contacts c where c.channel_source in ('paper', 'not_stated') and (
                 c.id in (select verified_contact_id from permits) or c.id in (select verified_contact_id from certificate_signatures))",
        ),
    ),
    (
        &["recommendations"],
        "sealed",
        Finds(
            "select r.id::text from recommendations r join checks c on c.id = r.check_id
             where greatest(r.written_at, r.signed_at, r.cleared_at, r.withdrawn_at) > c.closed_at",
        ),
    ),
    (
        &["results"],
        "sealed",
        Finds(
            "select r.id::text from results r join checks c on c.id = r.check_id
             where greatest(r.proposed_at, r.signed_at, r.countersigned_at, r.withdrawn_at) > c.closed_at",
        ),
    ),
    (
        &["result_reasons"],
        "sealed",
        Finds(
            "select r.id::text from result_reasons n join results r on r.id = n.result_id join checks c on c.id = r.check_id
             where r.proposed_at > c.closed_at",
        ),
    ),
    (&["recalls"], "sealed", Finds("select t.id::text from recalls t join checks c on c.id = t.check_id where t.recalled_at > c.closed_at")),
    (&["explanations"], "sealed", Finds("select t.id::text from explanations t join checks c on c.id = t.check_id where t.explained_at > c.closed_at")),
    (&["check_questions"], "sealed", Finds("select t.id::text from check_questions t join checks c on c.id = t.check_id where t.asked_at > c.closed_at")),
    (&["interim_replies"], "sealed", Finds("select t.id::text from interim_replies t join checks c on c.id = t.check_id where t.signed_at > c.closed_at")),
    (&["extensions"], "sealed", Finds("select t.id::text from extensions t join checks c on c.id = t.check_id where t.extended_at > c.closed_at")),
    (
        &["check_licenses"],
        "sealed",
        Finds(
            "select k.check_id::text from check_licenses k join checks c on c.id = k.check_id join licenses l on l.id = k.license_id
             where l.registered_at > c.closed_at",
        ),
    ),
    (
        &["check_subjects"],
        "sealed",
        Finds(
            "select s.id::text from check_subjects s join checks c on c.id = s.check_id join parties p on p.id = s.party_id
             where p.created_at > c.closed_at",
        ),
    ),
    (&["telegram_checks"], "sealed", Finds("select t.check_id::text from telegram_checks t join checks c on c.id = t.check_id where t.joined_at > c.closed_at")),
    (&["telegram_answers"], "sealed", Finds("select t.check_id::text from telegram_answers t join checks c on c.id = t.check_id where t.answered_at > c.closed_at")),
    (&["recommendations"], "duties", Duties("t.withdrawn_at is null")),
    (&["results"], "duties", Duties("t.word <> 'not_completed'")),
    (&["results"], "duties_of_ending", Duties("t.word = 'not_completed'")),
    (&[], "duties", Duties("true")),
    (
        &["decisions"],
        "within_authority",
        Finds(
            "select d.id::text from decisions d join people p on p.id = d.decided_by
             where d.act in ('approve', 'approve_on_conditions', 'confirm') and d.value_usd > p.decision_authority",
        ),
    ),
    (
        &["permits"],
        "judged",
        Finds(
            "select p.id::text from permits p join authorities a on a.id = p.authority_id left join contacts t on t.id = p.verified_contact_id
             where p.withdrawn_at is null and p.verified_by is not null
                 and (t.channel_source in ('paper', 'not_stated') or (t.authority_id in (a.id, a.parent_id)) is not true)
             union all
             select min(id::text) from permits where withdrawn_at is null
             group by license_id, authority_id, number_normalized having count(*) > 1",
        ),
    ),
    (
        &["import_approvals"],
        "on_live_paper",
        Finds("select i.id::text from import_approvals i join permits p on p.id = i.permit_id where p.withdrawn_at is not null"),
    ),
    (
        &["certificate_signatures"],
        "verified_off_paper",
        Finds(
            "select s.id::text from certificate_signatures s join contacts t on t.id = s.verified_contact_id
             where t.channel_source in ('paper', 'not_stated')",
        ),
    ),
    (
        &["certificate_signatures"],
        "verified_own_side",
        Finds(
            "select id::text from certificate_signatures
             where verified_contact_id is not null and not speaks_for_signer(verified_contact_id, certificate_id, signer)",
        ),
    ),
    (
        &["telegram_checks"],
        "within_its_post",
        Finds(
            "select k.telegram_id::text from telegram_checks k join telegrams t on t.id = k.telegram_id join checks c on c.id = k.check_id
             where t.post_id <> c.post_id or (t.way = 'out'
                 and exists (select from telegram_checks o where o.telegram_id = k.telegram_id and o.check_id <> k.check_id))",
        ),
    ),
    (
        &["telegram_answers"],
        "to_what_came_in",
        Finds("select a.telegram_id::text from telegram_answers a join telegrams t on t.id = a.telegram_id where t.way = 'out'"),
    ),
];
