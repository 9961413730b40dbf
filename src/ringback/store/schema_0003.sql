-- Keys of callers and people, so that one person can be shredded (C14, C18). The order of wrapping: the provider's key ->
-- the practice's -> data_key -> caller_key, or data_key -> person_key -> caller_key once a number is one person's alone.
-- `wrapped` is a value sealed for its own place (store/crypt.py): format 1 names the data key that wraps it (`under` says
-- the number again, to be counted), format 2 the person's key. A caller's key with `ended_at` still opens what it sealed;
-- new values of that number take the number's present key.
--
-- A destroyed key is an empty `wrapped` and a moment, and stays as that: it can be neither filled again nor removed. For a
-- backup this means: data_key, person_key and caller_key belong into a key file of their own that is kept for 35 days and
-- never into a backup of data, or destroying a key here would destroy nothing there.
alter table data_key add column destroyed_at timestamptz;
create table person_key (
  practice int not null, id uuid not null, person uuid not null, under int not null, wrapped bytea not null,
  made_at timestamptz not null, destroyed_at timestamptz,
  primary key (practice, id),
  constraint destroyed_is_empty check ((destroyed_at is null) = (length(wrapped) > 0))
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1);
create unique index one_key_a_person on person_key (practice, person) where destroyed_at is null;
create table caller_key (
  practice int not null, id uuid not null, number_index bytea not null, person_key uuid, shared boolean not null default false,
  under int, wrapped bytea not null, made_at timestamptz not null, ended_at timestamptz, destroyed_at timestamptz,
  primary key (practice, id),
  constraint one_wraps check ((under is null) = (person_key is not null)),
  constraint destroyed_is_empty check ((destroyed_at is null) = (length(wrapped) > 0)),
  constraint destroyed_is_ended check (destroyed_at is null or ended_at is not null)
) with (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 1);
create unique index one_key_a_number on caller_key (practice, number_index) where ended_at is null;
create index on caller_key (practice, person_key) where person_key is not null;

create function key_stays_destroyed() returns trigger language plpgsql as $$
begin
  if old.destroyed_at is not null then
    raise exception 'a destroyed key stays as it is' using errcode = 'insufficient_privilege';
  end if;
  if tg_op = 'DELETE' then return old; end if;
  return new;
end $$;
create trigger key_stays_destroyed before update or delete on data_key for each row execute function key_stays_destroyed();
create trigger key_stays_destroyed before update or delete on person_key for each row execute function key_stays_destroyed();
create trigger key_stays_destroyed before update or delete on caller_key for each row execute function key_stays_destroyed();
-- What a destroyed key wrapped is gone with it, and says so.
create function callers_go_with_their_person() returns trigger language plpgsql as $$
begin
  update caller_key set wrapped = '', destroyed_at = new.destroyed_at, ended_at = coalesce(ended_at, new.destroyed_at)
  where practice = new.practice and person_key = new.id and destroyed_at is null;
  return new;
end $$;
create trigger callers_go_with_their_person after update of destroyed_at on person_key for each row
  when (old.destroyed_at is null and new.destroyed_at is not null) execute function callers_go_with_their_person();

-- What was shredded: digests, counts and moments, as canonical JSON with its SHA-256.
create table shred_certificate (
  practice int not null, id uuid not null, kind text not null check (kind in ('person', 'practice')),
  at timestamptz not null, "by" text not null default '', told text not null, sha256 text not null,
  primary key (practice, id)
);
create function certificate_stays() returns trigger language plpgsql as $$
begin
  raise exception 'a certificate is never changed' using errcode = 'insufficient_privilege';
end $$;
create trigger certificate_stays before update or delete or truncate on shred_certificate
  for each statement execute function certificate_stays();
