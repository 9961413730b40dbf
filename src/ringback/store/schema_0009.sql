-- Retention, legal holds, disclosures, requests of patients (C27, C56-C58, C60, C61).

-- Two people place a hold and two lift it. From the first one's word on nothing under it is removed; `sealed` holds the
-- matter's name, the reason and who asked from outside. `matter` is a keyed digest: holds of one matter are found by it.
create table legal_hold (
  practice int not null, id uuid not null, kind text not null check (kind in ('person', 'number', 'period', 'matter')),
  person uuid, number_index bytea, from_at timestamptz, to_at timestamptz, matter bytea not null, sealed bytea not null,
  asked_by int not null, asked_at timestamptz not null, placed_by int, placed_at timestamptz,
  lift_by int, lift_at timestamptz, lifted_by int, lifted_at timestamptz,
  primary key (practice, id),
  constraint two_place check (placed_by is null or placed_by <> asked_by),
  constraint two_lift check (placed_at is null or lifted_at is null or (lift_by is not null and lifted_by <> lift_by)),
  constraint it_holds_something check (case kind when 'person' then person is not null
    when 'number' then number_index is not null when 'period' then from_at is not null and to_at > from_at else true end)
);
create index on legal_hold (practice) where lifted_at is null;
-- Whether something stands under a hold: of this person, this number, between these moments. A person's hold covers the
-- numbers that are theirs. Nothing given: whether anything at all is held.
create function held(of_practice int, who uuid, number bytea, since timestamptz, till timestamptz) returns boolean
language sql stable as $$
  select exists (
    select 1 from legal_hold h where h.practice = of_practice and h.lifted_at is null and (
      h.kind = 'matter'
      or (who is null and number is null and since is null)
      or (h.kind = 'person' and (h.person = who or number in (
        select p.number_index from phone p where p.practice = of_practice and p.person = h.person)))
      or (h.kind = 'number' and (h.number_index = number or exists (
        select 1 from phone p where p.practice = of_practice and p.person = who and p.number_index = h.number_index)))
      or (h.kind = 'period' and since is not null and since < h.to_at and coalesce(till, since) >= h.from_at)))
$$;
-- The last line: whoever forgets to ask is refused by the database.
create function held_stays() returns trigger language plpgsql as $$
declare
  it boolean;
begin
  -- A partition has a name of its own.
  it := case split_part(tg_table_name, '_20', 1)
    when 'cases' then held(old.practice, (to_jsonb(old) ->> 'person')::uuid, (to_jsonb(old) ->> 'number_index')::bytea,
      (to_jsonb(old) ->> 'opened_at')::timestamptz, (to_jsonb(old) ->> 'changed_at')::timestamptz)
    when 'message' then held(old.practice, null, (to_jsonb(old) ->> 'number_index')::bytea,
      (to_jsonb(old) ->> 'at')::timestamptz, (to_jsonb(old) ->> 'at')::timestamptz)
    when 'call' then held(old.practice, null, (to_jsonb(old) ->> 'number_index')::bytea,
      (to_jsonb(old) ->> 'at')::timestamptz, (to_jsonb(old) ->> 'at')::timestamptz)
    when 'outgoing' then held(old.practice, null, (to_jsonb(old) ->> 'number_index')::bytea,
      (to_jsonb(old) ->> 'created_at')::timestamptz, (to_jsonb(old) ->> 'created_at')::timestamptz)
    when 'outgoing_rest' then held(old.practice, null, (to_jsonb(old) ->> 'number_index')::bytea,
      (to_jsonb(old) ->> 'created_at')::timestamptz, (to_jsonb(old) ->> 'created_at')::timestamptz)
    when 'person' then held(old.practice, (to_jsonb(old) ->> 'id')::uuid, null, null, null)
    when 'person_key' then held(old.practice, (to_jsonb(old) ->> 'person')::uuid, null, null, null)
    when 'caller_key' then held(old.practice, null, (to_jsonb(old) ->> 'number_index')::bytea, null, null)
  end;
  if it then
    raise exception 'it is under a legal hold' using errcode = 'insufficient_privilege';
  end if;
  if tg_op = 'DELETE' then return old; end if;
  return new;
end $$;
create trigger held_stays before delete on cases for each row execute function held_stays();
create trigger held_stays before delete on message for each row execute function held_stays();
create trigger held_stays before delete on call for each row execute function held_stays();
create trigger held_stays before delete on outgoing for each row execute function held_stays();
create trigger held_stays before delete on person for each row execute function held_stays();
create trigger held_stays before update of destroyed_at on person_key for each row
  when (old.destroyed_at is null and new.destroyed_at is not null) execute function held_stays();
create trigger held_stays before update of destroyed_at on caller_key for each row
  when (old.destroyed_at is null and new.destroyed_at is not null) execute function held_stays();

-- Disclosures that are accounted for. `sealed`: recipient, address, what, authority. An agency's wish that one be held
-- back is an entry of its own.
create table disclosed (
  practice int not null, id uuid not null, person uuid not null, at timestamptz not null, why text not null,
  part2 boolean not null default false, sealed bytea not null, made_at timestamptz not null, made_by int,
  primary key (practice, id)
);
create index on disclosed (practice, person, at);
create table disclosed_pause (
  practice int not null, id uuid not null, disclosed uuid not null, until timestamptz not null,
  in_writing boolean not null, sealed bytea not null, made_at timestamptz not null, made_by int,
  primary key (practice, id)
);
create table patient_request (
  practice int not null, id uuid not null,
  kind text not null check (kind in ('access', 'amendment', 'restriction', 'confidential', 'accounting')),
  person uuid not null, came_on date not null, extended_on date, closed_at timestamptz,
  outcome text check (outcome in ('granted', 'partly', 'denied')), ground text not null default '',
  sealed bytea not null, made_at timestamptz not null, made_by int,
  primary key (practice, id),
  constraint closed_has_an_outcome check ((closed_at is null) = (outcome is null))
);
create index on patient_request (practice, came_on) where closed_at is null;
create table request_entry (
  practice int not null, id uuid not null, request uuid not null, at timestamptz not null,
  kind text not null check (kind in ('note', 'extended', 'answered', 'warned', 'delivered', 'amended', 'statement')),
  way text not null default '', sealed bytea, made_by int,
  primary key (practice, id)
);
create index on request_entry (practice, request, id);
-- Lines under 42 CFR Part 2; line 0 is the whole practice.
create table part2_line (
  practice int not null, line int not null, since timestamptz not null, made_by int,
  primary key (practice, line)
);
create table retention_span (
  practice int not null, kind text not null, months int not null, at timestamptz not null, made_by int,
  primary key (practice, kind)
);
-- What each purge removed: kinds and counts.
create table purge_run (
  practice int not null, id uuid not null, at timestamptz not null, counts jsonb not null, held int not null default 0,
  primary key (practice, id)
);
