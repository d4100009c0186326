-- What was read in a telegram is kept, so that looking at it again costs no second reading; and a row that says whether anything can be
-- written. Neither is part of the record: a reading follows from its telegram's text and from the reader, and is made anew at will.

-- The reading by the program's reader, which a hash of its sources names: what another reader read is replaced when it is looked at.
create table telegram_readings (
    telegram_id uuid constraint telegram_readings_pkey primary key
        constraint telegram_readings_telegram_fkey references telegrams on delete cascade,
    reader text not null,
    reading text not null,
    constraint telegram_readings_fits check (octet_length(reading) <= 4000000)
);
grant select, insert, update, delete on telegram_readings to lantern_app;

-- The one row that `/readyz` writes.
create table readiness (
    one boolean constraint readiness_pkey primary key default true constraint readiness_one_row check (one),
    written_at timestamptz not null
);
insert into readiness (written_at) values (now());
grant update (written_at) on readiness to lantern_app;
