-- A step of the custody path is the word of the post that recorded it, and an earlier wording of who holds the items goes out of the log with what
-- took its place (docs/decisions/0067).

-- Whose word it is, and where it stood before it was moved: explanations that a program of before kept name its place.
-- An older program bears this: it knows neither column; whose word its steps are the log says.
alter table custody_steps add column recorded_at_post uuid, add column first_position integer,
    add constraint custody_steps_post_fkey foreign key (recorded_at_post) references posts;

-- An older program bears this: the same arguments, and more of what was typed.
select amend('spill_values(jsonb,text)', 'How it is known,Caveat}', 'How it is known,Caveat,Who holds the items}');
