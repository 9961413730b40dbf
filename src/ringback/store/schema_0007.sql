-- Consent, preference and suppression as ledgers (C28-C36, C59): what was said, when, how, in which wording, and what
-- shows it. Entries are added and read. `suppression`, `consent` and `known_number` stay what the hot path reads: each
-- change of theirs has its entry, written in the same transaction. `sealed` holds the person's own words.
create table disclosure (
  practice int not null, id text not null, version int not null, hash text not null, lang text not null default 'en',
  told text not null, since date, at timestamptz not null, "by" text not null default '',
  primary key (practice, id, version)
);
create table consent_entry (
  practice int not null, id uuid not null, number_index bytea not null,
  kind text not null check (kind in ('granted', 'revoked')), category text not null, method text not null,
  wording text not null default '', wording_hash text not null default '', lang text not null default '',
  at timestamptz not null, source text not null default '', "by" text not null default '',
  evidence_hash text not null default '', sealed bytea,
  primary key (practice, id)
);
create index on consent_entry (practice, number_index);
create table preference_entry (
  practice int not null, id uuid not null, number_index bytea not null, channel text not null,
  level text not null, warning text not null default '', warning_hash text not null default '',
  lang text not null default '', at timestamptz not null, source text not null default '', "by" text not null default '',
  sealed bytea,
  primary key (practice, id)
);
create index on preference_entry (practice, number_index);
create table suppression_entry (
  practice int not null, id uuid not null, number_index bytea not null,
  kind text not null check (kind in ('stop', 'lift', 'asked')), source text not null,
  wrong_number boolean not null default false, at timestamptz not null, "by" text not null default '',
  evidence text not null default '', evidence_hash text not null default '', lang text not null default '', sealed bytea,
  primary key (practice, id)
);
create index on suppression_entry (practice, number_index);

create function ledger_stays() returns trigger language plpgsql as $$
begin
  raise exception 'consent, preferences and stops are only ever added to' using errcode = 'insufficient_privilege';
end $$;
create trigger ledger_stays before update or truncate on disclosure for each statement execute function ledger_stays();
create trigger ledger_stays before update or truncate on consent_entry for each statement execute function ledger_stays();
create trigger ledger_stays before update or truncate on preference_entry for each statement execute function ledger_stays();
create trigger ledger_stays before update or delete or truncate on suppression_entry
  for each statement execute function ledger_stays();
-- A block is lifted by the person, never removed: erasing somebody leaves it, for it holds a keyed digest only (C32).
create trigger ledger_stays before delete or truncate on suppression for each statement execute function ledger_stays();

-- When staff asked, at the person's wish, for the YES that lifts a block (C33).
alter table suppression add column asked_at timestamptz;
-- The level a person agreed to is read with the other lists of a number.
alter table known_number drop constraint known_number_kind_check;
alter table known_number add constraint known_number_kind_check
  check (kind in ('staff', 'own', 'blocked', 'do_not_contact', 'line_type', 'unlinked', 'preference'));

-- What was on record before there were ledgers. The owner is behind the wall too, so it is opened for these statements.
alter table consent no force row level security;
alter table suppression no force row level security;
alter table line no force row level security;
update consent set category = 'callback' where category = 'follow_up';
insert into consent_entry (practice, id, number_index, kind, category, method, wording, at, "by")
  select practice, id, number_index, 'granted', category, method, wording, at, "by" from consent;
insert into consent_entry (practice, id, number_index, kind, category, method, at, source)
  select practice, gen_random_uuid(), number_index, 'revoked', category, method, revoked_at, 'migrated' from consent
  where revoked_at is not null;
insert into suppression_entry (practice, id, number_index, kind, source, wrong_number, at)
  select practice, id, number_index, 'stop', source, wrong_number, at from suppression;
insert into suppression_entry (practice, id, number_index, kind, source, at)
  select practice, gen_random_uuid(), number_index, 'lift', coalesce(lifted_by, ''), lifted_at from suppression
  where lifted_at is not null;
insert into disclosure (practice, id, version, hash, told, since, at)
  select practice, 'greeting.' || id, 1, encode(sha256(convert_to(greeting, 'UTF8')), 'hex'), greeting,
    greeting_notice_on, now() from line where greeting_notice_on is not null;
alter table consent force row level security;
alter table suppression force row level security;
alter table line force row level security;
