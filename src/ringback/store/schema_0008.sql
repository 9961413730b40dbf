-- What a privacy officer keeps: agreements, officers, training, reviews, devices, risks, incidents (C10, C12, C26,
-- C66-C75, C84). The registers' columns follow core/office/registers.py; `sealed` holds the free text of a row, which
-- may name people. Registers that are only added to are listed in tables.APPEND_ONLY.
create table agreement (
  practice int not null, id uuid not null, vendor text not null, kind text not null, system text not null,
  services text[] not null default '{}', from_day date not null, last_day date, verified_on date, breach_hours int,
  project_flagged boolean not null default false, media_locked boolean not null default false, told_at timestamptz,
  sealed bytea, made_at timestamptz not null, made_by int, changed_at timestamptz,
  primary key (practice, id)
);
create table officer (
  practice int not null, id uuid not null, kind text not null, staff int, from_day date not null, last_day date,
  sealed bytea, made_at timestamptz not null, made_by int, changed_at timestamptz,
  primary key (practice, id)
);
create table campaign (
  practice int not null, id uuid not null, system text not null, kind text not null default '10dlc',
  registration text not null default '', from_day date not null, last_day date,
  sealed bytea, made_at timestamptz not null, made_by int, changed_at timestamptz,
  primary key (practice, id)
);
create table module (
  practice int not null, id uuid not null, code text not null, version int not null, title text not null,
  kind text not null, published_on date not null, roles text[] not null default '{}', retired boolean not null default false,
  sealed bytea, made_at timestamptz not null, made_by int,
  primary key (practice, id), unique (practice, code, version)
);
create table attestation (
  practice int not null, id uuid not null, staff int not null, module text not null, version int not null,
  at timestamptz not null, questions int not null default 0,
  primary key (practice, id)
);
create index on attestation (practice, staff);
create table employment (
  practice int not null, id uuid not null, staff int not null, hired_on date not null, left_on date,
  sealed bytea, made_at timestamptz not null, made_by int, changed_at timestamptz,
  primary key (practice, id)
);
create table sanction (
  practice int not null, id uuid not null, staff int not null, done_on date not null,
  sealed bytea, made_at timestamptz not null, made_by int,
  primary key (practice, id)
);
create table device (
  practice int not null, id uuid not null, kind text not null, staff int, screen_lock boolean not null default false,
  disk_encrypted boolean not null default false, attested_on date, token_hash bytea, bound_at timestamptz,
  revoked_at timestamptz, lost_at timestamptz,
  sealed bytea, made_at timestamptz not null, made_by int, changed_at timestamptz,
  primary key (practice, id)
);
create index on device (practice, token_hash) where token_hash is not null;
create table risk (
  practice int not null, id uuid not null, likelihood int not null, impact int not null, staff int, due_on date not null,
  state text not null default 'open',
  sealed bytea, made_at timestamptz not null, made_by int, changed_at timestamptz,
  primary key (practice, id)
);
create table finding (
  practice int not null, id uuid not null, source text not null, severity text not null, component text not null,
  reference text not null default '', found_on date not null, fixed_on date,
  sealed bytea, made_at timestamptz not null, made_by int, changed_at timestamptz,
  primary key (practice, id)
);
create table disposal (
  practice int not null, id uuid not null, kind text not null, "end" text not null, method text not null,
  done_on date not null, staff int not null, witness int, certificate text not null default '',
  sealed bytea, made_at timestamptz not null, made_by int,
  primary key (practice, id)
);
create table complaint (
  practice int not null, id uuid not null, came_on date not null, way text not null, answered_on date,
  sealed bytea, made_at timestamptz not null, made_by int, changed_at timestamptz,
  primary key (practice, id)
);
create table deed (
  practice int not null, id uuid not null, duty text not null, done_on date not null, good boolean not null default true,
  sealed bytea, made_at timestamptz not null, made_by int,
  primary key (practice, id)
);
create index on deed (practice, duty, done_on);
create table incident (
  practice int not null, id uuid not null, discovered_at timestamptz not null, source text not null default 'staff',
  device uuid, sealed bytea not null, made_at timestamptz not null, made_by int,
  primary key (practice, id)
);
create table incident_entry (
  practice int not null, id uuid not null, incident uuid not null, at timestamptz not null,
  kind text not null check (kind in ('note', 'facts', 'assessment', 'decision', 'notice')),
  facts jsonb not null default '{}', sealed bytea, made_by int,
  primary key (practice, id)
);
create index on incident_entry (practice, incident, id);
create table access_review (
  practice int not null, id uuid not null, began_at timestamptz not null, made_by int, signed_at timestamptz, signed_by int,
  sealed bytea,
  primary key (practice, id)
);
create unique index one_open_access_review on access_review (practice) where signed_at is null;
create table access_line (
  practice int not null, review uuid not null, staff int not null, role text not null,
  decision text check (decision in ('keep', 'change', 'remove')), at timestamptz, made_by int,
  primary key (practice, review, staff)
);
create table audit_review (
  practice int not null, week date not null, id uuid not null, signed_at timestamptz not null, signed_by int not null,
  looked bigint[] not null default '{}', hits jsonb not null default '[]', sealed bytea,
  primary key (practice, week)
);
create table inventory (
  practice int not null, id uuid not null, at timestamptz not null, made_by int, digest text not null, items jsonb not null,
  primary key (practice, id)
);
create table lowering (
  practice int not null, id uuid not null, setting text not null, value int not null, days int not null,
  sealed bytea not null, proposed_by int not null, proposed_at timestamptz not null, approved_by int,
  approved_at timestamptz, expires_at timestamptz, ended_at timestamptz, ended_by int, ended_why text not null default '',
  primary key (practice, id),
  constraint it_takes_two check (approved_by is null or approved_by <> proposed_by),
  constraint it_ends check ((approved_at is null) = (expires_at is null))
);
create unique index one_lowering_a_setting on lowering (practice, setting) where approved_at is not null and ended_at is null;
-- A member of staff who leaves is no officer any more in the very next transaction of the engine (C75).
create function staff_left() returns trigger language plpgsql as $$
begin
  update practice set version = version + 1 where practice = new.practice;
  return null;
end $$;
create trigger staff_left after update of active on staff for each row when (old.active is distinct from new.active)
  execute function staff_left();
-- The gate's facts become registers (decision 32): what a practice had said in its set-up stands in them from the day it
-- was made, and only there.
alter table practice no force row level security;
alter table connection no force row level security;
alter table staff no force row level security;
insert into agreement (practice, id, vendor, kind, system, services, from_day, project_flagged, media_locked, made_at)
  select p.practice, gen_random_uuid(), initcap(c.system), 'baa', c.system, array['texts', 'voice', 'recordings'],
    p.created_at::date, true, true, p.created_at
  from practice p join (select distinct practice, system from connection where kind = 'text') c using (practice)
  where (p.gate ->> 'baa_active')::boolean;
insert into campaign (practice, id, system, from_day, made_at)
  select p.practice, gen_random_uuid(), c.system, p.created_at::date, p.created_at
  from practice p join (select distinct practice, system from connection where kind = 'text') c using (practice)
  where (p.gate ->> 'campaign_approved')::boolean;
insert into officer (practice, id, kind, staff, from_day, made_at)
  select p.practice, gen_random_uuid(), k.kind,
    (select min(s.id) from staff s where s.practice = p.practice and s.active and s.role = k.kind || '_officer'),
    p.created_at::date, p.created_at
  from practice p cross join (values ('privacy'), ('security')) as k(kind)
  where (p.gate ->> 'officers_set')::boolean;
update practice set gate = gate - 'officers_set' - 'baa_active' - 'campaign_approved', version = version + 1
  where gate ?| array['officers_set', 'baa_active', 'campaign_approved'];
alter table practice force row level security;
alter table connection force row level security;
alter table staff force row level security;
